// Runs a GPU program on OpenGL ES 3.1 without a window, for tests: `run_program PROGRAM SOURCE TARGET`. Both inputs are
// files; PROGRAM is what encode-program.ts writes (32-bit words, texts and data padded to whole words).
#include <EGL/egl.h>
#include <GLES3/gl31.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

std::vector<char> read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(std::string("expected a file at ") + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Words {
 public:
  explicit Words(std::vector<char> bytes) : bytes_(std::move(bytes)) {}
  uint32_t next() {
    if (at_ + 4 > bytes_.size()) fail("the program ends too early");
    uint32_t value = *reinterpret_cast<const uint32_t*>(&bytes_[at_]);
    at_ += 4;
    return value;
  }
  std::string block() {
    const uint32_t size = next();
    if (at_ + size > bytes_.size()) fail("the program ends too early");
    std::string text(&bytes_[at_], size);
    at_ += (size + 3) / 4 * 4;
    return text;
  }

 private:
  std::vector<char> bytes_;
  size_t at_ = 0;
};

void open_context() {
  const EGLDisplay display = eglGetDisplay(EGL_DEFAULT_DISPLAY);
  if (!eglInitialize(display, nullptr, nullptr)) fail("EGL does not start");
  const EGLint wanted[] = {EGL_RENDERABLE_TYPE, EGL_OPENGL_ES3_BIT, EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_NONE};
  EGLConfig config;
  EGLint count = 0;
  if (!eglChooseConfig(display, wanted, &config, 1, &count) || count == 0) fail("no EGL configuration for OpenGL ES 3");
  const EGLint version[] = {EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 1, EGL_NONE};
  const EGLContext context = eglCreateContext(display, config, EGL_NO_CONTEXT, version);
  const EGLint size[] = {EGL_WIDTH, 1, EGL_HEIGHT, 1, EGL_NONE};
  const EGLSurface surface = eglCreatePbufferSurface(display, config, size);
  if (context == EGL_NO_CONTEXT || !eglMakeCurrent(display, surface, surface, context)) fail("no OpenGL ES 3.1 context");
}

GLuint link_shader(const std::string& source) {
  const GLuint shader = glCreateShader(GL_COMPUTE_SHADER);
  const char* text = source.c_str();
  glShaderSource(shader, 1, &text, nullptr);
  glCompileShader(shader);
  char log[2048] = "";
  GLint ok = 0;
  glGetShaderiv(shader, GL_COMPILE_STATUS, &ok);
  glGetShaderInfoLog(shader, sizeof log, nullptr, log);
  if (!ok) fail("a shader does not compile: " + std::string(log) + "\n" + source);
  const GLuint program = glCreateProgram();
  glAttachShader(program, shader);
  glLinkProgram(program);
  glGetProgramiv(program, GL_LINK_STATUS, &ok);
  glGetProgramInfoLog(program, sizeof log, nullptr, log);
  if (!ok) fail("a shader does not link: " + std::string(log));
  return program;
}

struct Buffer {
  uint32_t role, is_uniform, bytes;
  GLuint name;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) fail("expected PROGRAM SOURCE TARGET");
  Words words(read_file(arguments[1]));
  const std::vector<char> source = read_file(arguments[2]);
  open_context();
  std::vector<Buffer> buffers(words.next());
  for (Buffer& buffer : buffers) {
    buffer = {words.next(), words.next(), words.next(), 0};
    const std::string data = words.block();
    const GLenum kind = buffer.is_uniform ? GL_UNIFORM_BUFFER : GL_SHADER_STORAGE_BUFFER;
    glGenBuffers(1, &buffer.name);
    glBindBuffer(kind, buffer.name);
    const void* start = buffer.role == 0 ? source.data() : data.empty() ? nullptr : data.data();
    if (buffer.role == 0 && source.size() != buffer.bytes) fail("the source has another size than the program says");
    glBufferData(kind, buffer.bytes, start, GL_STATIC_DRAW);
  }
  std::vector<GLuint> shaders(words.next());
  for (GLuint& shader : shaders) shader = link_shader(words.block());
  for (uint32_t left = words.next(); left > 0; left--) {
    glUseProgram(shaders[words.next()]);
    for (uint32_t bindings = words.next(); bindings > 0; bindings--) {
      const uint32_t slot = words.next();
      const Buffer& buffer = buffers[words.next()];
      glBindBufferBase(buffer.is_uniform ? GL_UNIFORM_BUFFER : GL_SHADER_STORAGE_BUFFER, slot, buffer.name);
    }
    const uint32_t x = words.next(), y = words.next(), z = words.next();
    glDispatchCompute(x, y, z);
    glMemoryBarrier(GL_SHADER_STORAGE_BARRIER_BIT | GL_BUFFER_UPDATE_BARRIER_BIT);
  }
  if (const GLenum error = glGetError()) fail("OpenGL ES error " + std::to_string(error));
  for (const Buffer& buffer : buffers) {
    if (buffer.role != 1) continue;
    glBindBuffer(GL_SHADER_STORAGE_BUFFER, buffer.name);
    const void* result = glMapBufferRange(GL_SHADER_STORAGE_BUFFER, 0, buffer.bytes, GL_MAP_READ_BIT);
    if (result == nullptr) fail("the result cannot be read");
    std::ofstream(arguments[3], std::ios::binary).write(static_cast<const char*>(result), buffer.bytes);
  }
  return 0;
}
