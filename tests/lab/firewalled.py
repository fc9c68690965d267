#!/usr/bin/env python3
"""Two sites behind firewalls, for the lab: one looks into SMTP and holds messages, the other drops packets.

firewalled.py INSPECTED LOCKED

INSPECTED answers on port 25 as through an inspecting firewall: its greeting is starred out, commands that it does not know
are starred out too and refused, and the answer to the end of a message never comes. LOCKED never answers at all: its queue
of connections is full from the beginning, so that further ones get no reply, as from a firewall that drops them.
"""

import socket
import sys
import threading
import time

GREETING = b"220 ************************************************\r\n"


def inspected(connection):
    lines = connection.makefile("rb")
    connection.sendall(GREETING)
    for line in lines:
        word = line[:4].upper()
        if word == b"DATA":
            connection.sendall(b"354 go ahead\r\n")
            for text in lines:
                if text == b".\r\n":
                    time.sleep(3600)
        elif word in (b"HELO", b"MAIL", b"RCPT", b"RSET", b"NOOP"):
            connection.sendall(b"250 ok\r\n")
        elif word == b"QUIT":
            connection.sendall(b"221 bye\r\n")
            return
        else:
            connection.sendall(b"502 command not implemented\r\n")


def listen(address, queue):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((address, 25))
    server.listen(queue)
    return server


def locked(address):
    server = listen(address, 0)
    waiting = []
    for _ in range(3):
        waiting.append(socket.socket())
        waiting[-1].setblocking(False)
        waiting[-1].connect_ex((address, 25))
    return server, waiting


def main():
    kept = locked(sys.argv[2])
    server = listen(sys.argv[1], 20)
    while kept:
        connection, _ = server.accept()
        threading.Thread(target=inspected, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
