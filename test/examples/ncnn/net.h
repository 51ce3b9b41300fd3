// The part of ncnn's interface that the examples use, with ncnn's own signatures. Instead of computing, it tells what it is asked for.
#pragma once
#include <cstddef>
#include <cstdio>
#include <cstdlib>

namespace ncnn {

class Mat {
public:
  enum PixelType { PIXEL_RGB2BGR = 1 | (2 << 16) };
  int dims = 0, w = 0, h = 1, d = 1, c = 1;
  size_t cstep = 0;
  float* data = nullptr;

  Mat() = default;
  explicit Mat(int _w) : dims(1), w(_w) { create(); }
  Mat(int _w, int _h) : dims(2), w(_w), h(_h) { create(); }
  Mat(int _w, int _h, int _c) : dims(3), w(_w), h(_h), c(_c) { create(); }
  Mat(int _w, int _h, int _d, int _c) : dims(4), w(_w), h(_h), d(_d), c(_c) { create(); }
  static Mat from_pixels_resize(const unsigned char*, int type, int width, int height, int to_width, int to_height) {
    std::printf("pixels %d of %dx%d to %dx%d\n", type, width, height, to_width, to_height);
    return Mat(to_width, to_height, 3);
  }
  void substract_mean_normalize(const float* mean, const float* scale) {
    for (int i = 0; i < 3; i++) std::printf("(x - %g) * %.6f\n", mean[i], scale[i]);
  }
  Mat channel(int at) const {
    Mat plane = *this;
    plane.dims = 2;
    plane.c = 1;
    plane.data = data + cstep * static_cast<size_t>(at);
    return plane;
  }
  bool empty() const { return data == nullptr; }
  operator float*() { return data; }
  operator const float*() const { return data; }
  float& operator[](size_t at) { return data[at]; }

private:
  // Planes begin at multiples of 16 bytes, as in ncnn.
  void create() {
    cstep = (static_cast<size_t>(w) * static_cast<size_t>(h) * static_cast<size_t>(d) + 3) / 4 * 4;
    data = static_cast<float*>(std::calloc(cstep * static_cast<size_t>(c), sizeof(float)));
  }
};

class Extractor {
public:
  int input(int blob, const Mat& in) {
    std::printf("input %d: %d x %d x %d\n", blob, in.c, in.h, in.w);
    return 0;
  }
  int extract(int blob, Mat& out) {
    std::printf("extract %d\n", blob);
    out = Mat(2);
    out[0] = 0.25f;
    out[1] = 0.75f;
    return 0;
  }
};

class Net {
public:
  size_t load_param(const unsigned char* bytes) { return keep("PARAM", bytes); }
  size_t load_model(const unsigned char* bytes) { return keep("BIN", bytes); }
  Extractor create_extractor() const { return Extractor(); }

private:
  // Takes as many bytes as a file has, and compares them with it.
  static size_t keep(const char* name, const unsigned char* bytes) {
    std::FILE* file = std::fopen(std::getenv(name), "rb");
    size_t length = 0;
    for (int byte = std::fgetc(file); byte != EOF; byte = std::fgetc(file), length++) {
      if (bytes[length] != byte) return 0;
    }
    std::fclose(file);
    return length;
  }
};

}  // namespace ncnn
