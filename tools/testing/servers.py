"""Which tests speak to a whole server, and the ways to start one: they are run once for each way.

A way is a command line for `sh`, handed to the tests as UMBRA_SERVER. Nobody else is given that variable, so a test
program that starts a server and is not named here fails, and says why.
"""

import os

# Test programs by package and name; suites of JavaScript by folder.
RUST = {("umbra-server-tests", "live"), ("umbra-faults", "live"), ("umbra-faults", "sweep")}
NODE = {"clients/js", "tests/browser"}
# Test programs on lunatic that open connections: the launcher puts an edge into the node of each test, or does not.
PROCESSES = {("umbra", "processes")}
# Who owns the connections of a server on the launcher.
EDGES = ["native", "guest"]


def ways(stock):
    """The ways to start a server, by name: on the launcher, or on stock lunatic."""
    guest = os.environ["UMBRA_WASM"]
    if stock:
        return {"stock lunatic": f"'{os.environ['UMBRA_LUNATIC']}' run '{guest}'"}
    return {f"{edge} edge": f"'{os.environ['UMBRA_LAUNCHER']}' --edge {edge} --guest '{guest}'" for edge in EDGES}


def edges(stock):
    """The ways to run tests on lunatic that open connections, by the same names: what the runner is told besides."""
    if stock:
        return {"stock lunatic": {}}
    return {f"{edge} edge": {"UMBRA_TEST_EDGE": edge} for edge in EDGES}
