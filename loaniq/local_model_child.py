"""The server of the local model, held to a share of the machine's memory: started by ``loaniq.local_model``."""

import resource
import runpy

MEMORY = 3 * 1024**3  # bytes; SmolLM2 takes 0.4 GB, and a server that loses its way must not take the machine along


def main() -> None:
    """Cap this process's memory and become llama-cpp-python's own server, which reads the arguments."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    runpy.run_module("llama_cpp.server", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
