# Every text that a user can see. A message is a sentence; its .hint says why, or what to do next.

### Numbers and times
time-left = { $time } left

### Sharing
port-taken = Port { $port } is taken by another program.
    .hint = Nothing is shared yet. Choose another port, or close that program.
port-forbidden = This system does not let Landline use port { $port }.
    .hint = Ports under 1024 need an administrator. Choose a higher one, for example 8080.
address-not-here = { $address } is not an address of this computer.
    .hint = Choose one of its own addresses, or none to use them all.
folder-missing = There is no folder “{ $path }”.
    .hint = Check the spelling, or choose it with Browse….
folder-is-file = “{ $path }” is a file, not a folder.
    .hint = Share the folder that it is in.
folder-unreadable = You may not read the folder “{ $path }”.
    .hint = Choose another one, or ask its owner for the right to read it.
folder-gone = The shared folder “{ $path }” was removed.
    .hint = Sharing has stopped. Choose another folder, or put it back and start again.
sharing-failed = Sharing stopped: { $reason }.
    .hint = Start it again; if that does not help, start Landline again.
sharing-files = { $count ->
    [one] Sharing 1 file
   *[other] Sharing { $count } files
}

log-sent = “{ $name }” — { $size }, { $dialect }
log-cancelled = “{ $name }” — cancelled after { $size }
log-hung-up = “{ $name }” — the other side hung up after { $size }
log-stalled = “{ $name }” — the other side took nothing for { $secs } s
log-unreadable = “{ $name }” — cannot be read to its end: { $reason }
log-no-file = “{ $name }” — no such file
log-no-name = a request for something that cannot be a file’s name
log-is-folder = “{ $name }” — a folder, which a raw connection cannot send
log-forbidden = “{ $name }” — may not be read
log-failed = “{ $name }” — { $reason }
log-listed = “{ $name }” — listed
log-asked-about = “{ $name }” — asked about
log-unchanged = “{ $name }” — unchanged, not sent again
log-refused = refused: { $status }
log-tls = tried https, which Landline does not speak; http works
log-busy = no more connections can be opened just now; the next ones wait
dialect-http = HTTP
dialect-raw = raw

page-title = Shared folder
page-name = Name
page-size = Size
page-modified = Modified
page-empty = This folder is empty.
http-not-found = There is no such file here.
http-forbidden = This file may not be read.
http-misdirected = This server does not answer to that name. Use its address, or start it with --allow-host and the name.
http-error = { $status }

### Downloading
refused = { $host } refused the call on port { $port }.
    .hint = Landline is not running there, or it uses another port.


### Without a window
serve-ready = Sharing { $folder }. Ctrl-C ends it.
message-line = { $peer } >>> { $text }
no-window = Landline cannot open its window: { $reason }.
    .hint = Without a screen, share a folder with: landline serve DIR


### The window


### The window: server tab


### The window: client tab

