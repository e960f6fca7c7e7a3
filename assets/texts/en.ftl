# Every text that a user can see. A message is a sentence; its .hint says why, or what to do next.

### Numbers and times
time-left = { $time } left

### Sharing
port-taken = Port { $port } is taken by another program.
    .hint = Nothing is shared yet. Choose another port, or close that program.
sharing-files = { $count ->
    [one] Sharing 1 file
   *[other] Sharing { $count } files
}

### Downloading
refused = { $host } refused the call on port { $port }.
    .hint = Landline is not running there, or it uses another port.


### Without a window


### The window


### The window: server tab


### The window: client tab

