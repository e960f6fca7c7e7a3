"""A proxy that cuts connections, for a test of what resumes."""

import socket
import threading


class Proxy:
    def __init__(self, port):
        self.target, self.left, self.is_down = port, None, False
        self.open = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def cut_after(self, count):
        """Cut everything once this many more bytes have come from clients, and refuse connections until `restore`."""
        self.left = count

    def restore(self):
        self.left, self.is_down = None, False

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            if self.is_down:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self.target))
            pair = client, server
            self.open.add(pair)
            threading.Thread(target=self.copy, args=(pair, client, server, True), daemon=True).start()
            threading.Thread(target=self.copy, args=(pair, server, client, False), daemon=True).start()

    def copy(self, pair, source, sink, is_counted):
        try:
            while data := source.recv(1 << 16):
                if is_counted and self.left is not None:
                    self.left -= len(data)
                    if self.left < 0:
                        self.cut()
                        return
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def cut(self):
        self.is_down = True
        for pair in list(self.open):
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
            self.open.discard(pair)
