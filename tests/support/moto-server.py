"""An S3 server on a free port of this machine, in memory. Its first line says where; it ends with its standard input.

With INITIAL_NO_AUTH_ACTION_COUNT in the environment it checks signatures and policies after so many requests.
"""

import logging
import sys

from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print("http://%s:%d" % server.get_host_and_port(), flush=True)
sys.stdin.read()
