/*
 * Hides instruction sets from a program, so that one machine measures what others would take:
 *
 *   cc -O1 -shared -fPIC -o hide.so hideInstructions.c
 *   HIDE=avx512 LD_PRELOAD=./hide.so program     or HIDE=avx, which hides AVX, AVX2, FMA and AVX-512
 *
 * Linux on x86-64 with the CPU flag cpuid_fault: `cpuid` raises a signal, whose handler executes it and clears bits of the result.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define ARCH_SET_CPUID 0x1012
#define BIT(n) (1u << (n))

static int hides_avx;

static void answer_cpuid(int signal_number, siginfo_t* info, void* context)
{
    greg_t* registers = ((ucontext_t*)context)->uc_mcontext.gregs;
    const unsigned char* code = (const unsigned char*)registers[REG_RIP];
    if (code[0] != 0x0f || code[1] != 0xa2)
    {
        /* A fault of the program itself. */
        signal(signal_number, SIG_DFL);
        return;
    }
    (void)info;
    const unsigned leaf = registers[REG_RAX];
    const unsigned part = registers[REG_RCX];
    unsigned a = leaf, b, c = part, d;
    syscall(SYS_arch_prctl, ARCH_SET_CPUID, 1);
    __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    syscall(SYS_arch_prctl, ARCH_SET_CPUID, 0);
    if (leaf == 7 && part == 0)
    {
        b &= ~(BIT(16) | BIT(17) | BIT(21) | BIT(26) | BIT(27) | BIT(28) | BIT(30) | BIT(31)); /* AVX-512 F, DQ, IFMA, PF, ER, CD, BW, VL */
        c &= ~(BIT(1) | BIT(6) | BIT(11) | BIT(12) | BIT(14)); /* AVX-512 VBMI, VBMI2, VNNI, BITALG, VPOPCNTDQ */
        d &= ~(BIT(2) | BIT(3) | BIT(8) | BIT(22) | BIT(23) | BIT(24) | BIT(25)); /* AVX-512 on small types, AMX */
        if (hides_avx) b &= ~BIT(5); /* AVX2 */
    }
    else if (leaf == 7)
    {
        a = b = c = d = 0; /* Later extensions of AVX. */
    }
    else if (leaf == 1 && hides_avx)
    {
        c &= ~(BIT(12) | BIT(28) | BIT(29)); /* FMA, AVX, F16C */
    }
    registers[REG_RAX] = a;
    registers[REG_RBX] = b;
    registers[REG_RCX] = c;
    registers[REG_RDX] = d;
    registers[REG_RIP] += 2;
}

__attribute__((constructor)) static void hide_instructions(void)
{
    const char* hidden = getenv("HIDE");
    if (hidden == NULL) return;
    hides_avx = strcmp(hidden, "avx") == 0;
    struct sigaction action = {0};
    action.sa_sigaction = answer_cpuid;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(SIGSEGV, &action, NULL);
    if (syscall(SYS_arch_prctl, ARCH_SET_CPUID, 0) != 0) perror("arch_prctl");
}
