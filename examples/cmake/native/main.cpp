// Says whether a line of text stands on its head: direction line.ppm
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <net.h>

#include "ch_ppocr_mobile_v2.0_cls_infer.embed.h"

struct Image
{
    int width;
    int height;
    std::vector<unsigned char> rgb;
};

// Reads a binary PPM of 8 bits without comments, as `convert line.png line.ppm` writes it.
static bool read_ppm(const char* path, Image& image)
{
    std::ifstream file(path, std::ios::binary);
    std::string magic;
    int most = 0;
    file >> magic >> image.width >> image.height >> most;
    file.get();
    if (!file || magic != "P6" || most != 255 || image.width < 1 || image.height < 1) return false;
    image.rgb.resize(3 * static_cast<size_t>(image.width) * static_cast<size_t>(image.height));
    file.read(reinterpret_cast<char*>(image.rgb.data()), static_cast<std::streamsize>(image.rgb.size()));
    return !file.fail();
}

int main(int argc, char** argv)
{
    Image image;
    if (argc != 2 || !read_ppm(argv[1], image))
    {
        std::fprintf(stderr, "usage: direction line.ppm\n");
        return 2;
    }

    // Both tell how many bytes they read. The net refers to the arrays, which must outlive it.
    ncnn::Net net;
    if (net.load_param(ch_ppocr_mobile_v2_0_cls_infer_param_bin) != ch_ppocr_mobile_v2_0_cls_infer_param_bin_len
            || net.load_model(ch_ppocr_mobile_v2_0_cls_infer_bin) != ch_ppocr_mobile_v2_0_cls_infer_bin_len)
    {
        std::fprintf(stderr, "the net cannot be loaded\n");
        return 1;
    }

    // PaddleOCR trains with blue first, and values from -1 to 1.
    ncnn::Mat line = ncnn::Mat::from_pixels_resize(image.rgb.data(), ncnn::Mat::PIXEL_RGB2BGR, image.width, image.height, 192, 48);
    const float mean[3] = {127.5f, 127.5f, 127.5f};
    const float scale[3] = {1 / 127.5f, 1 / 127.5f, 1 / 127.5f};
    line.substract_mean_normalize(mean, scale);

    ncnn::Extractor extractor = net.create_extractor();
    ncnn::Mat directions;
    if (extractor.input(ch_ppocr_mobile_v2_0_cls_infer_BLOB_x, line) != 0
            || extractor.extract(ch_ppocr_mobile_v2_0_cls_infer_BLOB_softmax_0_tmp_0, directions) != 0)
    {
        std::fprintf(stderr, "the net cannot be run\n");
        return 1;
    }
    std::printf("%s %.4f\n", directions[1] > directions[0] ? "upside down" : "upright",
                directions[1] > directions[0] ? directions[1] : directions[0]);
    return 0;
}
