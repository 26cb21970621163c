#!/usr/bin/env python3
"""A mirror that goes wrong in every way: prints its port, then serves until it is killed.

/good/F the file, /wrong/F other bytes, /cut/F half of what it announces, /slow/F the first half and then nothing; else 404.
"""

import http.server
import time

CONTENT = b"what is published\n" * 1000


class Mirror(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kind = self.path.split("/")[1]
        if kind not in ("good", "wrong", "cut", "slow"):
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        half = len(CONTENT) // 2
        if kind in ("cut", "slow"):
            self.wfile.write(CONTENT[:half])
            self.wfile.flush()
            if kind == "slow":
                time.sleep(60)
        else:
            self.wfile.write(CONTENT if kind == "good" else CONTENT[::-1])

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
server.daemon_threads = True
print(server.server_port, flush=True)
server.serve_forever()
