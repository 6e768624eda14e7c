#!/usr/bin/python3
"""Proves that every way of following a board shows its log exactly.

For each web server and way of running the program behind it: writers play
2,000 random operations while readers poll, long-poll, follow events, lines and
scripts in a frame, and change between these at will, each cut off and resumed
at 50 random points: none may lose a change, see one twice or out of order.
Then each held feed itself: its timing, its proof of streaming, heartbeats,
where it starts, and resets.
"""

import play
import tap as t

if __name__ == "__main__":
    t.main(play.body)
