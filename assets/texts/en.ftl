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
name-not-found = No computer called { $host } was found.
    .hint = Check the spelling, or enter its address, such as 192.168.1.5.
no-answer = { $host } does not answer on port { $port }.
    .hint = It may be switched off or behind a firewall, or the address is wrong.
unreachable = There is no way to { $host } from here.
    .hint = Check that both computers are on the same network.
call-failed = Calling { $host } failed: { $reason }.
    .hint = Check this computer’s network and firewall, then try again.
cut = { $host } was cut off after { $arrived } of “{ $name }”.
    .hint = Nothing was saved. Check that it is still running and on the network, then try again.
stalled = { $host } stopped sending “{ $name }” after { $arrived }.
    .hint = Nothing was saved. Check the network at both ends, then try again.
no-such-file = { $host } has no file “{ $name }”.
    .hint = Check the spelling; capitals count.
no-such-file-near = { $host } has no file “{ $name }”.
    .hint = Did you mean { $near }?
nothing-sent = { $host } sent nothing: it has no such file, or the file is empty.
    .hint = Check the name “{ $name }”; capitals count.
one-call-only = { $host } took one call on port { $port } and is gone.
    .hint = It is probably a raw server that serves once. Start it again there, and choose raw here.
not-a-file = “{ $name }” on { $host } is a folder, and folders cannot be downloaded.
    .hint = Enter the name of a file in it, such as { $name }/notes.txt.
not-a-file-root = { $host } offers a page there, not a file.
    .hint = Enter the name of a file.
status-denied = { $host } does not give out “{ $name }” ({ $status }).
    .hint = Ask whoever runs that server for access.
status-misdirected = { $host } does not answer to that name ({ $status }).
    .hint = Enter its address instead, such as 192.168.1.5.
status-server = { $host } could not send “{ $name }” ({ $status }).
    .hint = The fault is at that end. Try again later.
status-other = { $host } refused to send “{ $name }” ({ $status }).
    .hint = Check the name, or open the address in a browser to see what it says.
not-http = What listens on { $host }, port { $port }, does not speak HTTP.
    .hint = Choose raw, or let Landline find out by itself.
broken-http = { $host } sent an answer that breaks the rules of HTTP.
    .hint = Nothing was saved. Check the port; the log says more.
too-many-redirects = { $host } sends requests for “{ $name }” round in circles.
    .hint = The fault is at that end. Check the name, or open it in a browser.
redirect-elsewhere = { $host } says that the file is at { $url }.
    .hint = Landline does not follow to another server by itself. Download that address if you trust it.
redirect-https = { $host } says that the file is at { $url }.
    .hint = Landline does not speak HTTPS. Open that address in a browser if you trust it.
target-missing = The folder { $folder } does not exist.
    .hint = Choose another folder to save to.
target-not-writable = Nothing can be saved in { $folder }: you may not write there.
    .hint = Choose another folder to save to.
disk-full = No room is left in { $folder }.
    .hint = What had arrived was removed. Free some space, or choose another folder.
file-too-large = The file is too large for the disk that holds { $folder }.
    .hint = FAT disks hold files of up to 4 GB. Choose a folder on another disk.
write-failed = { $path } could not be written: { $reason }.
    .hint = Choose another folder to save to.
bad-host = “{ $typed }” is not a host.
    .hint = Enter a computer’s name or address, such as ann-pc or 192.168.1.5.
not-http-address = “{ $typed }” is not an http:// address.
    .hint = Landline downloads over http:// and raw connections only.
no-name = No file name was given.
    .hint = Enter the name of a file on that computer.
name-too-long = The name is too long for a raw server, which reads { $max } bytes.
    .hint = Choose HTTP.
message-empty = There is nothing to say.
    .hint = Enter a message first.
message-too-long = The message is too long: a raw server reads { $max } bytes.
    .hint = Send it in several parts.
no-reply = { $host } hung up without a reply.
    .hint = It may not take messages. Its owner can turn them on.
system-out = This computer has no room for another task: { $reason }.
    .hint = Close some programs, then try again.
download-crashed = A fault in Landline ended the download of “{ $name }”.
    .hint = Nothing was saved. Try again; the log says more.
saved-beside = “{ $name }” was there already, so this one is “{ $stored }”.
saved-unchecked = The length of “{ $name }” is unknown, so it was not checked.
saved-safely = This computer cannot store that name, so the file is “{ $stored }”.

### Without a window
serve-ready = Sharing { $folder }. Ctrl-C ends it.
get-cancelled = “{ $name }” was cancelled; nothing of it was kept.
message-line = { $peer } >>> { $text }
no-window = Landline cannot open its window: { $reason }.
    .hint = Without a screen, share a folder with: landline serve DIR


### The window


### The window: server tab


### The window: client tab

