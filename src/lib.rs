//! SHELL: the processes of the server, each a dull carrier of messages around a twin of `umbra-machine`.
