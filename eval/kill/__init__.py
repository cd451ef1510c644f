"""The kill proof: a server that dies at random under many devices, and a count of what that cost. It must be nothing.

`python -m eval.kill --turns 200 --seed 1` prints JSON. Below: the public channels, HTTP and WebSocket, and nothing else.
"""
