// Three functions by which a page uses any net of ncnn: load, run, free. Arrays are in row-major order.
#include <cstring>

#include <net.h>

extern "C" {

// Both arrays must stay where they are, at multiples of 4 bytes, until net_free(). A null pointer tells that ncnn refuses them.
ncnn::Net* net_load(const unsigned char* param, const unsigned char* bin)
{
    ncnn::Net* net = new ncnn::Net;
    if (net->load_param(param) == 0)
    {
        delete net;
        return 0;
    }
    net->load_model(bin);
    return net;
}

// Feeds one blob of `dims` sizes, outermost first, and copies the other to `result`, which has `length` elements.
int net_run(ncnn::Net* net, int input, const float* values, int dims, int d0, int d1, int d2, int d3, int output, float* result, int length)
{
    const int sizes[4] = {d0, d1, d2, d3};
    const int* inner = sizes + dims - 1;
    ncnn::Mat in;
    if (dims == 1) in = ncnn::Mat(inner[0]);
    if (dims == 2) in = ncnn::Mat(inner[0], inner[-1]);
    if (dims == 3) in = ncnn::Mat(inner[0], inner[-1], inner[-2]);
    if (dims == 4) in = ncnn::Mat(inner[0], inner[-1], inner[-2], inner[-3]);
    if (in.empty()) return -1;
    // ncnn aligns the planes of a blob: they are copied one by one.
    const size_t plane = static_cast<size_t>(in.w) * in.h * in.d;
    for (int c = 0; c < in.c; c++) std::memcpy(static_cast<float*>(in.channel(c)), values + plane * c, plane * sizeof(float));

    ncnn::Extractor extractor = net->create_extractor();
    ncnn::Mat out;
    int code = extractor.input(input, in);
    if (code == 0) code = extractor.extract(output, out);
    if (code != 0) return code;
    const size_t part = static_cast<size_t>(out.w) * out.h * out.d;
    if (part * out.c != static_cast<size_t>(length)) return -2;
    for (int c = 0; c < out.c; c++) std::memcpy(result + part * c, static_cast<const float*>(out.channel(c)), part * sizeof(float));
    return 0;
}

void net_free(ncnn::Net* net)
{
    delete net;
}
}
