"""One module for each thing that a file asks of a link and a kernel shows: address, bridge, bond, route …"""
