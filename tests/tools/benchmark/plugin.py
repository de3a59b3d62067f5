"""How fast a provider's process starts, and how fast it ends. Knows nothing of Terraform but how it does both."""

import os
import socket
import statistics
import subprocess
import time

PROVIDER = os.environ["PROVIDER_BINARY"]
ROUNDS = 20

# What Terraform sets when it starts a plugin. The certificate is one like Terraform's, on the curve P-521; its key was
# thrown away, because nobody connects in the rounds that use it.
PLUGIN = {
    "PATH": os.environ["PATH"],
    "TF_PLUGIN_MAGIC_COOKIE": "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
    "PLUGIN_PROTOCOL_VERSIONS": "5,6",
}
CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIICLjCCAZCgAwIBAgIURwLXsJiWDcP0Bp0ZT4naKnSZ4DswCgYIKoZIzj0EAwIw
KDESMBAGA1UEAwwJbG9jYWxob3N0MRIwEAYDVQQKDAlIYXNoaUNvcnAwIBcNMjYx
MTIyMTEwMTQ0WhgPMjEyNjEwMjkxMTAxNDRaMCgxEjAQBgNVBAMMCWxvY2FsaG9z
dDESMBAGA1UECgwJSGFzaGlDb3JwMIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQA
lS1olLWouF769XIEukovMO+9ZFUV0lq5I9ZFAZf9Tyom/rnHb0URpV/OMbjEcfjW
jLsTHdbaHWIRRcuCV59pu0IBrHk9PSGbzKLKucgCyoRRYGLUQI8G48zrRknULA00
1E1YjzXZkmSPQc/mGV1pkhkBs0g+6Kc0e1nGBy5wSSmDtvqjUzBRMB0GA1UdDgQW
BBQu3SysHSVSSQuNUFIrWpMmmGwj8jAfBgNVHSMEGDAWgBQu3SysHSVSSQuNUFIr
WpMmmGwj8jAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA4GLADCBhwJBNB7X
0Sp6SyFrbvseusUBpxWyqH8ABR6UYWkONHtLK1SyOy054+6iQNdWFGP9vPBB2Sd9
pxnGrVu+hhP+cN5+rUACQgF3PI3SCBvelMujQ+RVgq54PBDOdyN1R+wXwCycHpZ8
fKLzZkeGOxugzmi8N85bqshoOPGnW9iiD3P23pU1FIRAVA==
-----END CERTIFICATE-----
"""


def start(environment):
    """A provider process and its handshake line, split at the bars, with the milliseconds until it came."""
    begin = time.perf_counter()
    process = subprocess.Popen([PROVIDER], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)
    line = process.stdout.readline().decode().strip()
    return process, line.split("|"), 1000 * (time.perf_counter() - begin)


def frame(kind, flags, stream, payload):
    """One HTTP/2 frame."""
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def shut_down(address):
    """Sends the one gRPC request that ends a plugin, over a connection without TLS."""
    def header(name, value):
        return b"\x00" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()

    headers = b"".join(header(*pair) for pair in [
        (":method", "POST"), (":scheme", "http"), (":path", "/plugin.GRPCController/Shutdown"),
        (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers")])
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(address)
    connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"")
                       + frame(1, 4, 1, headers) + frame(0, 1, 1, bytes(5)))
    # As Terraform does: wait for the answer, whose last frame ends the stream, then hang up.
    received = connection.makefile("rb")
    while head := received.read(9):
        received.read(int.from_bytes(head[:3], "big"))
        stream, ends = int.from_bytes(head[5:], "big"), head[4] & 1
        if stream == 1 and ends:
            break
    received.close()
    connection.close()


def print_times():
    """Prints the time from start to handshake, and from the request to end to the end."""
    starts, exits = [], []
    for _ in range(ROUNDS):
        process, _, milliseconds = start({**PLUGIN, "PLUGIN_CLIENT_CERT": CERTIFICATE})
        starts.append(milliseconds)
        process.kill()
        process.wait()

        process, handshake, _ = start(PLUGIN)
        begin = time.perf_counter()
        shut_down(handshake[3])
        process.wait(timeout=10)
        exits.append(1000 * (time.perf_counter() - begin))
    for name, times in (("start to handshake", starts), ("idle exit", exits)):
        worst = f"worst of {ROUNDS}: {max(times):.1f} ms"
        print(f"    {name:<22}{statistics.median(times):7.1f} ms   ({worst})", flush=True)
