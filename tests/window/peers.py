"""Peers of a window other than another window: the lecture notes' servers, and a network that can be interrupted."""

import socket
import threading


class Valve:
    """Forwards connections to a loopback port; the responses stop after some bytes until it is opened."""

    def __init__(self, upstream):
        self.upstream, self.calls = upstream, []
        self.left, self.changed = 0, threading.Condition()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def let_through(self, count):
        """Let through that many more bytes, of all connections together, and then nothing."""
        with self.changed:
            self.left = count
            self.changed.notify_all()

    def open(self):
        """Let everything through from now on."""
        self.let_through(float("inf"))

    def cut(self):
        """Close every connection, and accept no more until `mend`."""
        # Closing alone would not interrupt accept().
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for call in self.calls:
            call.close()
        self.calls.clear()

    def mend(self):
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=128)
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def _accept(self, listener):
        while True:
            try:
                call, _ = listener.accept()
            except OSError:
                return
            onward = socket.create_connection(("127.0.0.1", self.upstream))
            self.calls += [Closing(call), Closing(onward)]
            threading.Thread(target=self._forward, args=(call, onward, False), daemon=True).start()
            threading.Thread(target=self._forward, args=(onward, call, True), daemon=True).start()

    def _forward(self, source, sink, is_bounded):
        try:
            while data := source.recv(64 * 1024):
                while data:
                    allowed = self._take(len(data)) if is_bounded else len(data)
                    sink.sendall(data[:allowed])
                    data = data[allowed:]
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # Cut, or one side has closed.

    def _take(self, wanted):
        with self.changed:
            self.changed.wait_for(lambda: self.left > 0)
            taken = int(min(wanted, self.left))
            self.left -= taken
            return taken


class Closing:
    """A socket that somebody else may be reading from."""

    def __init__(self, call):
        self.call = call

    def close(self):
        try:
            self.call.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # It is closed already.
        self.call.close()


class OneCall:
    """The lecture notes' server for messages: it accepts one connection, answers the message, and exits."""

    def __init__(self, answer):
        self.answer = answer

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._take, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def heard(self):
        self.thread.join()
        return self.message

    def _take(self):
        call, _ = self.listener.accept()
        self.listener.close()
        with call:
            self.message = call.recv(1024)
            call.sendall(self.answer)


class RawServer:
    """The lecture notes' server: it reads a name, sends the file's bytes, and closes the connection."""

    def __init__(self, files):
        self.files = files

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        threading.Thread(target=self._serve, daemon=True).start()
        return self.listener.getsockname()[1]

    def __exit__(self, *_):
        self.listener.close()

    def _serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            with client:
                name = client.recv(1024).decode("utf-8", "replace")
                client.sendall(self.files.get(name, b""))
