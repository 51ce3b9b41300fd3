// Runs nets as a phone does: each line of standard input is one run, each line of standard output its answer.
//
//   PARAM BIN MODE FEEDS RESULTS
//
// MODE is 0 for fp32, 1 for fp16 storage, 2 for fp16 storage and arithmetic, which is ncnn's default on ARM. FEEDS and RESULTS are files of blobs:
//
//   NAME DIMS SIZE...\n   followed by that many float32 values, outermost axis first
//
// RESULTS has the blobs that a line `NAME 0` in FEEDS asks for.
#include <stdio.h>
#include <string.h>

#include <string>
#include <vector>

#include "net.h"

static bool read_header(FILE* file, std::string& name, std::vector<int>& shape)
{
    char text[256];
    int dims = 0;
    if (fscanf(file, "%255s %d", text, &dims) != 2 || dims > 4) return false;
    name = text;
    shape.resize(dims);
    for (int i = 0; i < dims; i++)
        if (fscanf(file, "%d", &shape[i]) != 1) return false;
    return fgetc(file) == '\n';
}

static ncnn::Mat make_mat(const std::vector<int>& s)
{
    switch (s.size())
    {
    case 1: return ncnn::Mat(s[0]);
    case 2: return ncnn::Mat(s[1], s[0]);
    case 3: return ncnn::Mat(s[2], s[1], s[0]);
    default: return ncnn::Mat(s[3], s[2], s[1], s[0]);
    }
}

static std::vector<int> shape_of(const ncnn::Mat& m)
{
    const int all[4] = {m.c, m.d, m.h, m.w};
    if (m.dims == 4) return std::vector<int>(all, all + 4);
    if (m.dims == 3) return std::vector<int>{m.c, m.h, m.w};
    if (m.dims == 2) return std::vector<int>{m.h, m.w};
    return std::vector<int>(1, m.w);
}

// The rows of channels lie behind each other, the channels apart.
template<typename F>
static bool each_channel(ncnn::Mat& m, F transfer)
{
    if (m.dims <= 2) return transfer((float*)m.data, (size_t)m.w * m.h);
    for (int q = 0; q < m.c; q++)
        if (!transfer((float*)m.channel(q).data, (size_t)m.w * m.h * m.d)) return false;
    return true;
}

static const char* run(const char* param, const char* bin, int mode, const char* feeds, const char* results)
{
    ncnn::Net net;
    net.opt.num_threads = 1;
    net.opt.use_fp16_packed = mode > 0;
    net.opt.use_fp16_storage = mode > 0;
    net.opt.use_fp16_arithmetic = mode > 1;
    net.opt.use_bf16_packed = false;
    net.opt.use_bf16_storage = false;
    if (net.load_param(param) != 0) return "load_param failed";
    if (net.load_model(bin) != 0) return "load_model failed";

    FILE* in = fopen(feeds, "rb");
    FILE* out = fopen(results, "wb");
    if (!in || !out) return "a file cannot be opened";
    ncnn::Extractor extractor = net.create_extractor();
    const char* fault = 0;
    std::string name;
    std::vector<int> shape;
    while (!fault && read_header(in, name, shape))
    {
        if (!shape.empty())
        {
            ncnn::Mat m = make_mat(shape);
            if (!each_channel(m, [in](float* p, size_t n) { return fread(p, 4, n, in) == n; })) fault = "FEEDS is cut off";
            else if (extractor.input(name.c_str(), m) != 0) fault = "an input is refused";
            continue;
        }
        ncnn::Mat m;
        if (extractor.extract(name.c_str(), m) != 0)
        {
            fault = "extract failed";
            break;
        }
        shape = shape_of(m);
        fprintf(out, "%s %d", name.c_str(), (int)shape.size());
        for (size_t i = 0; i < shape.size(); i++) fprintf(out, " %d", shape[i]);
        fputc('\n', out);
        each_channel(m, [out](float* p, size_t n) { return fwrite(p, 4, n, out) == n; });
    }
    fclose(in);
    fclose(out);
    return fault;
}

int main()
{
    char param[1024], bin[1024], feeds[1024], results[1024];
    int mode;
    while (scanf("%1023s %1023s %d %1023s %1023s", param, bin, &mode, feeds, results) == 5)
    {
        const char* fault = run(param, bin, mode, feeds, results);
        printf("%s\n", fault ? fault : "ok");
        fflush(stdout);
    }
    return 0;
}
