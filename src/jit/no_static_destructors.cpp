/// In libdownhill_jit.so alone: none of LLVM's static objects is destroyed when the process ends. Those within functions are made at their
/// first use, perhaps by the thread that compiles in the background; `exit` would destroy them, as the youngest, before it comes to what
/// waits for that thread, which may still use them. The operating system takes all of their memory.

// NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
extern "C" __attribute__((visibility("hidden"))) int __cxa_atexit(void (* /*destructor*/)(void*), void* /*object*/,
                                                                  void* /*library*/) noexcept {
  return 0;
}
