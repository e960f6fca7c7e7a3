# Every text that users see. A message says what happened; its .hint says why, or what to do next.

### Numbers and times
time-left = { $time } left
two-sentences = { $first } { $second }

### Sharing
port-taken = Port { $port } is already in use by another program.
    .hint = Nothing is shared yet. Choose another port, or close that program.
port-forbidden = Landline is not allowed to use port { $port }.
    .hint = Ports below 1024 need administrator rights. Choose a higher one, for example 8080.
address-not-here = { $address } is not an address of this computer.
    .hint = Choose one of its addresses, or leave it out to listen on all of them.
folder-missing = The folder “{ $path }” does not exist.
    .hint = Check the spelling, or choose another folder.
folder-is-file = “{ $path }” is a file, not a folder.
    .hint = Share the folder that contains it.
folder-unreadable = You do not have permission to read the folder “{ $path }”.
    .hint = Choose another folder, or ask its owner for read access.
entry-unavailable = “{ $path }” cannot be shared.
    .hint = It may have been moved or deleted, or you may not have permission to read it. Drop it on the window again.
folder-gone = The shared folder “{ $path }” was moved or deleted.
    .hint = Sharing has stopped. Choose another folder, or put it back and start sharing again.
sharing-failed = Sharing stopped: { $reason }.
    .hint = Start sharing again; if that does not help, restart Landline.
sharing-files = { $count ->
    [one] Sharing 1 file
   *[other] Sharing { $count } files
}
sharing-files-and-names = { $count ->
    [one] Sharing 1 file
   *[other] Sharing { $count } files
}; { $omitted ->
    [one] 1 more has a name that cannot be sent
   *[other] { $omitted } more have names that cannot be sent
}
names-omitted = { $count ->
    [one] 1 file or folder is left out because its name cannot be sent.
   *[other] { $count } files and folders are left out because their names cannot be sent.
}
    .hint = Names must be valid UTF-8, without line breaks or other control characters, and paths must not be too long.

log-sent-http = “{ $name }” — { $size }, HTTP
log-sent-raw = “{ $name }” — { $size }, raw
log-cancelled = “{ $name }” — cancelled after { $size }
log-hung-up = “{ $name }” — stopped by the receiver after { $size }
log-stalled = “{ $name }” — the receiver stopped reading for { $secs } s
log-crashed = “{ $name }” — stopped because of an error inside Landline
log-unreadable = “{ $name }” — could not be read completely: { $reason }
log-no-file = “{ $name }” — no such file
log-no-name = requested an invalid file name
log-is-folder = “{ $name }” — is a folder; raw connections send only files
log-forbidden = “{ $name }” — permission denied
log-failed = “{ $name }” — { $reason }
log-listed = listed “{ $name }”
log-listings-full = “{ $name }” — not listed: too many large folders are being listed
log-asked-about = “{ $name }” — details requested (HEAD)
log-unchanged = “{ $name }” — unchanged, not sent again
log-redirected = “{ $name }” — is a folder, redirected to its listing
log-slashes = “{ $name }” — redirected to the address without repeated slashes
log-changed = “{ $name }” — is no longer the requested version
log-beyond = “{ $name }” — requested a range beyond the end of the file
log-unknown-host = refused: “{ $host }” is not a name of this computer
log-refused = refused: { $status }
log-tls = tried HTTPS, but this share has no identity; http:// works
log-busy = connection limit reached; new connections have to wait
log-no-thread = “{ $name }” — not sent: no more threads can be started
log-few-threads = no more threads can be started; the slowest transfers are ended and new ones refused

page-title = Shared folder
page-name = Name
page-size = Size
page-modified = Modified
page-empty = This folder is empty.
http-not-found = File not found.
http-forbidden = Permission denied.
http-embedding = A page on another site requested this. Open the address directly instead.
http-listings-full = Too many large folders are being listed right now. Try again in a few seconds.
http-misdirected = This computer does not answer to that host name. Use its IP address, or ask the person who shares to add the name in the settings of Landline (or with --allow-host).

### Downloading
refused = { $host } refused the connection on port { $port }.
    .hint = Landline is not running there, or it uses another port.
name-not-found = No computer named { $host } was found.
    .hint = Check the spelling, or enter its IP address, such as 192.168.1.5.
no-answer = { $host } did not respond on port { $port }.
    .hint = It may be switched off or behind a firewall, or the address may be wrong.
unreachable = { $host } cannot be reached from this computer.
    .hint = Check that both computers are on the same network.
call-failed = Could not connect to { $host }: { $reason }.
    .hint = Check this computer’s network connection and firewall, then try again.
cut = The connection to { $host } was lost after { $arrived } of “{ $name }”.
    .hint = Check that the other computer is still running and connected to the network.
stalled = { $host } stopped sending “{ $name }” after { $arrived }.
    .hint = Check the network connection at both ends.
damaged = “{ $name }” was damaged in transit twice: it does not match the file on { $host }.
    .hint = Nothing was saved. A cable, network card or disk may be faulty: try another one.
keeps-changing = “{ $name }” keeps changing on { $host }.
    .hint = Nothing was saved. Try again when nothing is writing to it.
changed-meanwhile = “{ $name }” changed on { $host } during the download, so it was downloaded again from the start.
grew-meanwhile = “{ $name }” has grown on { $host } since the download started. It was saved as it was at that point.
digest-withheld = { $host } did not send the SHA-256 of “{ $name }” when asked for it, so the content was not verified.
whole-only = { $host } does not support resuming, so “{ $name }” was downloaded from the start.
no-such-file = { $host } has no file “{ $name }”.
    .hint = Check the spelling: upper and lower case matter.
no-such-file-near = { $host } has no file “{ $name }”.
    .hint = Did you mean { $near }?
nothing-sent = { $host } sent nothing: the file does not exist there, or it is empty.
    .hint = Check the name “{ $name }”: upper and lower case matter.
one-call-only = { $host } accepted one connection on port { $port } and then stopped listening.
    .hint = It is probably a raw server that serves only once. Start it again there, and choose Raw here.
no-listing = { $host } does not list the contents of “{ $name }”.
    .hint = Enter the file names one by one.
encoded-listing = { $host } sent the listing of “{ $name }” encoded as { $coding }, although it was asked not to.
    .hint = Landline cannot read it. Enter the file names one by one.
file-not-folder = “{ $name }” on { $host } is a file, although it is listed as a folder.
    .hint = Download it by itself.
scripted-listing = { $host } lists the contents of “{ $name }” only with JavaScript, which Landline does not run.
    .hint = Open it in a browser, then enter the file names here one by one.
scripted-listing-root = { $host } lists its files only with JavaScript, which Landline does not run.
    .hint = Open it in a browser, then enter the file names here one by one.
index-in-place-of-list = { $count ->
    [one] { $host } shows a web page instead of the file list of “{ $name }”. Only that page and what it links to were saved.
   *[other] { $host } shows web pages instead of the file lists of { $count } folders, such as “{ $name }”. Only those pages and what they link to were saved.
}
loops-left-out = { $count ->
    [one] “{ $name }” leads back to a folder above it, so it was left out.
   *[other] { $count } folders lead back to folders above them, such as “{ $name }”, so they were left out.
}
too-deep = “{ $name }” is nested too deeply.
    .hint = Download the folder that contains it.
in-the-way = { $path } is a file, but a folder with that name is needed.
    .hint = Move it somewhere else, then try again.
leads-elsewhere = { $path } is a link that points outside the folder.
    .hint = Move it somewhere else, then try again.
not-a-file = “{ $name }” on { $host } is a web page, not a file.
    .hint = If it is a folder, enter { $name }/ with a slash at the end.
not-a-file-root = { $host } sent a web page, not a file.
    .hint = Enter the name of a file.
status-denied = { $host } does not allow you to download “{ $name }” ({ $status }).
    .hint = Ask the person who runs that server for access.
status-misdirected = { $host } does not accept that host name ({ $status }).
    .hint = Enter its IP address instead, such as 192.168.1.5.
status-server = { $host } could not send “{ $name }” ({ $status }).
    .hint = The problem is on that server. Try again later.
status-other = { $host } refused to send “{ $name }” ({ $status }).
    .hint = Check the name, or open the address in a browser to see the server’s message.
not-http = The server on port { $port } of { $host } does not speak HTTP.
    .hint = Choose Raw, or let Landline detect the protocol.
broken-http = { $host } sent an invalid HTTP response.
    .hint = Check the port; the log has more details.
too-many-redirects = { $host } redirected the request for “{ $name }” too many times.
    .hint = The problem is on that server. Check the name, or open it in a browser.
redirect-elsewhere = { $host } redirects to { $url }.
    .hint = Landline does not follow redirects to another server. Enter that address yourself if you trust it.
target-missing = The folder { $folder } does not exist.
    .hint = Choose another folder to save to.
target-is-file = “{ $folder }” is a file, not a folder.
    .hint = Choose a folder to save to.
target-not-writable = You do not have permission to save files in { $folder }.
    .hint = Choose another folder to save to.
disk-full = There is not enough free space in { $folder }.
    .hint = Free up some space and resume, or choose another folder. Landline keeps up to 64 MiB free for other programs.
disk-too-small = There is not enough free space in { $folder }: { $lacking } more is needed.
    .hint = Free up some space and resume, or choose another folder. Landline keeps up to 64 MiB free for other programs.
file-too-large = The file is too large for the disk that { $folder } is on.
    .hint = FAT disks can only hold files of up to 4 GB. Choose a folder on another disk.
write-failed = Could not write to { $path }: { $reason }.
    .hint = Choose another folder to save to.
not-durable = { $path } is complete, but the disk reported an error while its name was being written: { $reason }.
    .hint = It may be lost in a power failure. Check the disk, and keep a copy elsewhere.
bad-host = “{ $typed }” is not a valid computer name or address.
    .hint = Enter a name or address such as ann-pc or 192.168.1.5.
not-http-address = “{ $typed }” is not an http:// or https:// address.
    .hint = Landline downloads over http://, https:// and raw connections.
no-name = No file name was given.
    .hint = Enter the name of a file on that computer.
two-names = The file name was given twice: in the URL and after it.
    .hint = Give it once: landline get HOST NAME, or landline get URL.
bad-name = “{ $name }” cannot be requested over a raw connection: it contains control characters.
    .hint = Check the name, or choose HTTP.
reader-gone = Nothing is reading from { $path } any more.
cannot-rewind = The download was interrupted and cannot resume: the data already written to { $path } cannot be taken back.
    .hint = Download to a file to be able to resume.
folder-into-stream = A folder cannot be written to { $path }, which can take only a single file.
    .hint = Choose a folder to save it in.
query-over-raw = “{ $name }” has a query string, which cannot be sent over a raw connection.
    .hint = Choose HTTP.
name-too-long = The name is too long for a raw server, which reads at most { $max } bytes.
    .hint = Choose HTTP.
message-empty = The message is empty.
    .hint = Enter a message first.
message-too-long = The message is too long: a raw server reads at most { $max } bytes.
    .hint = Split it into several messages.
no-reply = { $host } closed the connection without a reply.
    .hint = It may not accept messages. Its owner can turn them on.
call-reset = { $host } reset the connection (RST).
    .hint = The program there has ended, closed the connection with unread data, or does not want the call.
call-broken = The connection to { $host } broke: { $reason }.
    .hint = Check the network, then call again.
call-queue-full = This was not sent: the other side does not read, and { $max } are waiting already.
    .hint = Wait until the other side reads, or hang up.
call-idle = { $host } said nothing for { $minutes } minutes, so this side hung up.
    .hint = It can call again at any time.
call-file-unreadable = “{ $name }” could not be sent: { $reason }.
    .hint = Check that it is a file that you can open.
system-out = This computer cannot start another task: { $reason }.
    .hint = Close some programs, then try again.
download-crashed = The download of “{ $name }” stopped because of an error inside Landline.
    .hint = Try again; the log has more details.
saved-beside = “{ $name }” already exists, so this file was saved as “{ $stored }”.
part-left-alone = Left “{ $part }” untouched: it was not created by this installation of Landline, or was created by an earlier version.
    .hint = Delete it if you do not need it.
saved-unchecked = The length of “{ $name }” is unknown, so the file was not verified.
saved-encoded = { $host } says that “{ $name }” is encoded as { $coding }. It was saved without decoding it.
other-names = { $count ->
    [one] 1 file has a different name here than on { $host }, because its own name was already taken or cannot be used here.
   *[other] { $count } files have different names here than on { $host }, because their own names were already taken or cannot be used here.
}
files-encoded = { $count ->
    [one] { $host } says that 1 file is encoded (compressed, for example). It was saved without decoding it.
   *[other] { $host } says that { $count } files are encoded (compressed, for example). They were saved without decoding them.
}
digests-withheld = { $count ->
    [one] { $host } did not send the SHA-256 of 1 file when asked for it, so its content was not verified.
   *[other] { $host } did not send the SHA-256 of { $count } files when asked for it, so their content was not verified.
}
files-grew = { $count ->
    [one] 1 file has grown on { $host } since its download started. It was saved as it was at that point.
   *[other] { $count } files have grown on { $host } since their downloads started. They were saved as they were at that point.
}
saved-safely = The file was saved as “{ $stored }”: its own name cannot be stored, or could be mistaken for another.

### Without a window
stdout-failed = Cannot write to standard output: { $reason }.
serve-ready = Sharing { $folder }. Press Ctrl-C to stop.
serve-ready-for-both = Sharing { $folder }, and receiving files in { $received }. Press Ctrl-C to stop.
serve-ready-to-receive = Receiving files in { $folder }. Press Ctrl-C to stop.
serve-localsend = LocalSend devices see this computer as “{ $name }” (port { $port }).
serve-localsend-silent = LocalSend devices that know this computer’s address can send to it (port { $port }).
serve-localsend-moved = Port { $port } is already in use, probably by LocalSend on this computer.
    .hint = Another port is used instead, so devices that do not receive this computer’s announcements cannot find it.
serve-localsend-ended = Files from LocalSend can no longer be received, so the share ends as well: { $reason }
localsend-needs-receive = --localsend needs a folder for received files.
    .hint = Add --receive DIR.
get-paused = “{ $name }” was interrupted; the { $kept } received so far are kept.
    .hint = Run the same command to resume.
get-kept = The { $kept } received so far are kept; run the same command to resume.
get-kept-in-vain = The { $kept } received so far are kept, but the download cannot resume: there is no settings folder that Landline can write to.
    .hint = Set LANDLINE_CONFIG_DIR to a folder that it can write to.
get-cancelled = “{ $name }” was cancelled; nothing was kept.
get-incomplete = { $failed ->
    [one] “{ $name }” is incomplete: 1 item could not be downloaded.
   *[other] “{ $name }” is incomplete: { $failed } items could not be downloaded.
}
    .hint = Run the same command to download only what is missing.
get-incomplete-in-vain = { $failed ->
    [one] “{ $name }” is incomplete: 1 item could not be downloaded.
   *[other] “{ $name }” is incomplete: { $failed } items could not be downloaded.
} The download cannot resume: there is no settings folder that Landline can write to.
    .hint = Set LANDLINE_CONFIG_DIR to a folder that it can write to. The same command then downloads everything again.
say-connected = Connected to { $host } in { $ms } ms.
say-peer-hung-up = { $host } hung up.
say-bad-hex = “{ $character }” is not a hexadecimal digit.
    .hint = Write bytes like this: E4 BD A0
say-half-byte = “{ $digit }” is only half a byte: each byte has two hexadecimal digits.
    .hint = Write bytes like this: E4 BD A0
say-not-encodable = { $encoding } has no “{ $character }”.
    .hint = Use UTF-8, or leave the character out.
message-line = { $peer } >>> { $text }
named-peer = { $name } ({ $peer })
no-display = There is no display to open a window on.
    .hint = To share a folder without a window: landline serve DIR
no-window = Landline cannot open its window: { $reason }.
    .hint = To share a folder without a window: landline serve DIR
no-library = A library that the window needs is missing: { $reason }.
    .hint = On Debian and Ubuntu: sudo apt install libx11-6 libx11-xcb1 libxcursor1 libxi6 libxkbcommon0 libxkbcommon-x11-0 libwayland-client0 libwayland-egl1. To share a folder without a window: landline serve DIR
no-graphics = The graphics driver does not provide OpenGL, which the window needs.
    .hint = Install or update the driver. To share a folder without a window: landline serve DIR
no-graphics-linux = The window needs OpenGL, which is not available.
    .hint = On Debian and Ubuntu: sudo apt install libgl1 libegl1 libgl1-mesa-dri. To share a folder without a window: landline serve DIR

### The window
landline = Landline
tab-server = Server
tab-client = Client
settings = Settings
appearance = Appearance
theme-system = System
theme-light = Light
theme-dark = Dark
share-hidden-files = Share hidden files
host-names = Also answer to these names
what-host-names-do = For names outside the local network, such as one in your own domain. Changes take effect at once.
not-a-host-name = “{ $name }” is not a host name (a–z, 0–9, hyphens and dots)
if-it-exists = If the file already exists
keep-both = Keep both
copies = Names of copies
copies-automatic = Automatic
copies-number = name (2)
copies-prefix = [新]name
skip = Skip
overwrite = Overwrite
what-keep-both-does = The new file is saved next to it as “{ $name }”.
what-skip-does = The same file is not downloaded again.
what-overwrite-does = The new file replaces it once it is complete.
browse = Browse…
port = Port
choose-folder = Choose a folder
dialog-is-open = A folder is being chosen in another window
choose-a-folder = Choose a folder
dismiss = Dismiss
try-again = Try again
try-again-file = Try again: { $name }
cancel = Cancel
cancel-file = Cancel { $name }
undo = Undo
download-cancelled = { $name } was cancelled
folder-cancelled = { $count ->
    [one] { $name } was cancelled; its complete file is kept
   *[other] { $name } was cancelled; its { $count } complete files are kept
}
downloads-cancelled = { $count } downloads cancelled
row-removed = { $name } was removed from the list
rows-removed = { $count } entries removed from the list
progress-of = Progress of { $name }
waiting = Waiting…
connecting = Connecting…
checking = Verifying…
preparing = Preparing…
active = { $count } active
queued = { $count } waiting
http = HTTP
raw = raw
failed = failed
cancelled = cancelled
bad-port = “{ $port }” is not a valid port. Enter a number from 1 to 65535.
    .hint = The default is 8080.
file-url-elsewhere = “{ $url }” is on another computer.
    .hint = Choose a folder on this computer.
bad-file-url = “{ $url }” is not a valid path.
    .hint = Type the folder’s path, or browse for it.
panicked = A part of Landline stopped working ({ $what }).
    .hint = The rest keeps working. This is a bug: please report it.
no-dialog = The dialog for choosing a folder could not be opened.
    .hint = Type the folder’s path, or drop the folder on the window.
one-folder-at-a-time = Nothing changed: Landline shares items from one folder at a time.
    .hint = “{ $one }” and “{ $other }” are in different folders. Drop items from one folder, or a folder that contains them all.
not-shared-missing = Cannot share { $names }.
    .hint = Nothing was found there; it may have been moved or deleted.
not-shared-unreadable = Cannot share { $names }.
    .hint = You do not have read permission. Ask the owner for access.
not-shared-special = Cannot share { $names }.
    .hint = Only files and folders can be shared.
not-shared-name = Cannot share { $names }.
    .hint = Only names in valid UTF-8 without control characters can be sent. Rename and drop again.
one-more-name = { $names }, { $name }
names-and-more = { $names } and { $count } more
opened-is-gone = { $path } is no longer there.
    .hint = It may have been moved, renamed or deleted.
no-program-opens = No program was found to open { $path }.
    .hint = Install a program for files of this kind.
open-failed = Could not open { $path } ({ $why }).
    .hint = Try to open it from the file manager.
no-thread = This computer cannot start another task.
    .hint = Close other programs and try again.
settings-not-read = The settings could not be read, so the defaults are used.
    .hint = The old file is kept as settings.unreadable.json.
settings-not-saved = The settings could not be saved: { $why }.
    .hint = They apply until Landline is closed.
downloads-not-read = The list of downloads could not be read, so it starts empty.
    .hint = The old list is kept as downloads.unreadable.json.
downloads-not-saved = The list of downloads could not be saved: { $why }.
    .hint = It will be lost when Landline is closed.
downloads-elsewhere = Another Landline window is open and saves the list of downloads.
    .hint = Downloads work here, too, but this window’s list is lost when it is closed.
why-awake = Transferring files

### The window: server tab
shared-folder = Shared folder
start-sharing = Start sharing
stop-sharing = Stop sharing
no-folder = Choose a folder first.
    .hint = Type its path, browse for it, or drop it on the window.
drop-a-folder = Drop a folder here
what-sharing-does =
    People on your network can then download from it:
    with Landline, a browser, or ten lines of Python.
starting = Starting…
stopping = Stopping…
counting-files = Sharing, counting files…
sharing-many-files = Sharing more than { $count } files
no-network = No network: only this computer can connect
copy = Copy
cut-text = Cut
paste-text = Paste
select-all = Select all
copy-all = Copy all
copy-error = Copy this error
copy-log = Copy the whole log
copy-notice = Copy this notice
copy-address = Copy { $address }
more-addresses = Show { $count } more addresses
fewer-addresses = Show fewer addresses
reach-public = internet
reach-ipv6 = IPv6
reach-vpn = VPN
reach-container = container
reach-link-local = link-local
reach-loopback = this computer only
transfers = Transfers
nobody-yet = Nobody is downloading
how-to-reach =
    Others scan the QR code, open the address in a browser,
    or enter it as the host on Landline’s Client tab.
done = done
log = Log
show-log = Show log
create-folder = Create it
share-its-folder = Share its folder
share-only-it = Share only this file
use-port = Use port { $port }
more-lines = Show more lines
divider-hint = Drag to resize, double-click to reset
files-divider = Divider between the files and the downloads
log-divider = Divider between the transfers and the log
fewer-lines = Show fewer lines
nothing-happened = No requests yet.
answer-messages = Answer messages
usual-answer = thanks
what-answering-does = Show messages from raw clients, and answer them. Whoever asks for a file that is not shared gets the answer, too.
sockets = Connections
show-sockets = Show the connections
hide-sockets = Hide the connections
sockets-unsupported = Not supported on this system.
sockets-failed = The system does not list its connections: { $why }.
socket-pair = { $local } → { $peer }
socket-backlog = { $count } waiting
socket-queues = { $receive } unread · { $send } unacknowledged
socket-time-left = { $secs } s left
keep-the-line-open = Keep the line open
what-keeping-open-does = A call goes on after the first answer, until one side hangs up
rule-any = Every message
rule-equals = Equals
rule-contains = Contains
rule-contains-hex = Contains (hex)
rule-echo = Echo
rule-add = Add a rule
rule-when = Rule { $number }, messages
rule-what = Rule { $number }, text of messages
rule-reply = Rule { $number }, kind of answer
rule-answer = Rule { $number }, answer
rule-up = Move rule { $number } up
rule-down = Move rule { $number } down
rule-remove = Remove rule { $number }
rule-incomplete = This rule answers nothing until it is complete.

### The window: client tab
host = Host
host-hint = 192.168.1.5
file-name = File name
file-name-hint = film.mkv or photos/
save-to = Save to
download = Download
ask-over = Protocol
automatic = Automatic
only-raw = Raw
send = Send
you = You
downloads = Downloads
what-to-type =
    Enter the host above to see what it shares,
    or enter the name of a file on it and press Download.
no-host = Enter the host first.
    .hint = It is the address shown on the other computer’s Server tab.
no-file-name = Enter the file name first.
    .hint = It is the name of a file or folder that the other computer shares.
downloading-already = “{ $name }” is already being downloaded.
    .hint = It is in the list below.
no-save-to = Choose where to save first.
    .hint = Type a folder’s path, or browse for it.
links-pasted = { $count } links were found.
    .hint = { $names }
download-links = { $count ->
    [2] Download both
   *[other] Download all { $count }
}
forget-links = Do not download these links
clear-finished = Clear finished
pause = Pause
pause-file = Pause { $name }
resume = Resume
resume-file = Resume { $name }
remove = Remove
remove-file = Remove { $name }
remove-deletes-part = Remove it from the list and delete what was downloaded so far
remove-from-list = Remove it from the list
remove-keeps-files = Remove it from the list; downloaded files are kept
paused = paused
interrupted = interrupted
trying-again-in = Trying again in { $secs } s
trying-again = Trying again…
saved = saved
skipped = skipped
nothing-fetched = The same file is already here; nothing was downloaded
digest-checked = Verified (SHA-256)
length-checked = Length checked
saved-not-checked = saved, not verified
length-unknown = Length unknown, not verified: incomplete if the connection was lost
files = { $count ->
    [one] 1 file
   *[other] { $count } files
}
files-of = { $done } of { $total } files
files-so-far = { $done } of { $total } files so far
and-failed = { $files } · { $failed } failed
incomplete = incomplete
not-whole = Something was left out. Download it again to see what.
files-saved = { $done } of { $total } files saved; { $failed } failed
retry-failed = Retry failed
retry-failed-file = Retry failed: { $name }
show-failed-files = { $count ->
    [one] Show 1 failed file
   *[other] Show { $count } failed files
}
show-failed-files-of = Show { $count } failed files in { $name }
hide-failed-files = Hide failed files
hide-failed-files-of = Hide failed files in { $name }
and-others = and { $count } more
open = Open
open-file = Open { $name }
show-in-folder = Show in folder
show-file-in-folder = Show in folder: { $name }

### The window: calls
call = Call
what-a-call-does = Connect to the raw server of this host and exchange messages
call-back = Back to the list
call-more = More actions
calls = Calls
call-answer-all = Answer all
call-hang-up-all = Hang up all
call-to-all = to all { $count } callers
call-row = Call with { $peer }, { $state }
call-row-said = Call with { $peer }, { $state }: { $last }
call-hang-up-on = Hang up on { $peer }
call-remove-this = Remove the call with { $peer }
call-open-it = Open
count-calls = { $count ->
    [one] 1 call
   *[other] { $count } calls
}
call-peer = { $host } port { $port }
call-hang-up = Hang up
call-again = Call again
call-stop-sending = Stop sending
call-reset-it = Reset
call-send-file = Send a file…
call-repeat = Repeat a message
call-join = Join pieces
call-split = Show pieces separately
call-save = Save the conversation…
call-file-name = call with { $host }
call-not-saved = The conversation could not be saved as { $path }: { $why }.
call-remove = Remove from the list
call-connecting = Connecting…
call-open = connected
call-connected = Connected { $time }
call-half-closed = half closed
what-half-closed-means = One side has hung up (FIN). The other one can still send.
call-hangs-up = hanging up
call-hanging-up = waiting for the other side to hang up
call-ended = ended
call-ended-after = Ended after { $time }
call-was-reset = reset
call-text = Text to send
call-hint = Say something
call-hint-stopped = You have stopped sending
call-hint-over = The call is over
call-type-as = Type and show as
call-as-text = Text
call-as-hex = Hex
call-encoding = Encoding
call-line-feed = end with line feed
call-interval = Milliseconds between two
call-start-repeating = Repeat
call-stop-repeating = Stop repeating
call-bad-interval = Enter a number of milliseconds, at least { $least }.
call-not-hex = “{ $character }” is not a hexadecimal digit.
call-half-hex = Each byte needs two hexadecimal digits, as in 0D 0A: “{ $digit }” is only one.
call-not-in-gbk = GBK has no “{ $character }”. Choose UTF-8 to send it.
call-millis = { $millis } ms
call-event = { $time } · { $what }
call-connected-in = connected in { $time }
call-accepted = the call was answered
call-own-fin = You have hung up (FIN)
call-peer-fin = The other side has hung up (FIN)
call-peer-fin-can-send = The other side has hung up (FIN): you can still send
call-own-reset = You have reset the connection (RST)
call-peer-reset = The other side has reset the connection (RST)
call-file = sending { $name } ({ $size })
call-dropped = { $count ->
    [one] one older piece is no longer shown
   *[other] { $count } older pieces are no longer shown
}
call-more-bytes = { $count ->
    [one] and one more byte
   *[other] and { $count } more bytes
}
call-bytes = { $count ->
    [one] 1 byte
   *[other] { $count } bytes
}
call-pieces = { $count ->
    [one] 1 piece
   *[other] { $count } pieces
}
call-automatic = automatic
call-arrived = arrived
call-later = { $time } later

### The window: files on another computer
files-on = Files on { $host }
refresh = Refresh
filter = Filter
items = { $count ->
    [one] 1 item
   *[other] { $count } items
}
items-of = { $count } of { $all } items
download-this-folder = Download this folder
copy-links = Copy links
copy-name = Copy name
copy-error-text = Copy error text
download-again = Download again
copy-names = Copy names
clear-filter = Clear the filter
chosen = { $count } selected
chosen-size = { $count } selected · { $size }
asking = Loading the file list…
empty-folder = This folder is empty
nothing-found = No name contains “{ $filter }”
folder-cut = Only the first { $count } are shown.
index-page = The server shows a web page instead of the file list. Only what it links to is listed.
nameless = { $count ->
    [one] 1 file or folder has a name that cannot be sent.
   *[other] { $count } files and folders have names that cannot be sent.
}
folder-above = Parent folder
go-to-folder = Go to { $name }
name = Name
size = Size
modified = Modified
sort-by-name = Sort by name
sort-by-size = Sort by size
sort-by-modified = Sort by date
what-host-is = The other computer’s name or address
what-server-is = Share a folder
what-client-is = Download from another computer
folder = folder
show-its-files = Show its files
key-enter = Enter
look-at-host = Show files on { $host }
more-options = More options
fewer-options = Fewer options
tip = { $text } ({ $keys })

### The window: settings
choice = { $about }: { $choice }
close-settings = Close settings
window = Window
language = Language
language-system = System
language-english = English
language-chinese = 中文
text-size = Zoom
percent = { $percent }%
smaller = Smaller
larger = Larger
sharing = Sharing
port-of-share = Port for sharing
port-while-sharing = Stop sharing first
start-at-login = Start Landline when I log in
autostart-failed = The setting “Start Landline when I log in” could not be read or changed: { $why }.
    .hint = Add Landline to the programs that your system starts, in its own settings.
share-at-launch = Start sharing when Landline opens
at-once = Parallel downloads
fewer-at-once = Fewer parallel downloads
more-at-once = More parallel downloads
about = About
version = Landline { $version }
license = Free software: { $license }
show-log-files = Show log files

### The window: confirmations
share-instead = Share “{ $folder }” instead?
    .hint = “{ $now }” is being shared now. Its transfers will be interrupted.
share-it = Share it
keep-sharing = Keep current folder
close-now = Close Landline now?
    .hint = { $downloads ->
        [0] {""}
        [one] 1 download will be paused; you can resume it later.
       *[other] { $downloads } downloads will be paused; you can resume them later.
    } { $uploads ->
        [0] {""}
        [one] 1 transfer with another computer will be interrupted.
       *[other] { $uploads } transfers with other computers will be interrupted.
    } { $sending ->
        [0] {""}
        [one] Files are still being sent; what has arrived will stay there.
       *[other] Files are still being sent in { $sending } transfers; what has arrived will stay there.
    }
close = Close
keep-open = Keep open
drop-to-share = Drop to share
drop-on-client = Drop a folder to save downloads there, or files to share them

### Finished downloads, and the window's title
file-is-here = { $name } was downloaded
folder-is-here-in-part = { $failed ->
    [one] { $name } was downloaded, but 1 file is missing
   *[other] { $name } was downloaded, but { $failed } files are missing
}
folder-is-here-not-whole = { $name } was downloaded, but is incomplete
downloads-are-here = { $count } downloads finished
download-failed = { $name } could not be downloaded
downloads-failed = { $failed } of { $count } downloads failed
downloads-partly-failed = { $done } of { $count } downloads finished, { $failed } failed
saved-in = Saved in { $folder }
transfers-are-over = { $count } transfers finished
transfers-failed = { $failed } of { $count } transfers failed
transfers-partly-failed = { $done } of { $count } transfers finished, { $failed } failed
rows-say-why = See the list on the Client tab for details.
percent-title = { $percent }% - Landline

### Listing a folder on another computer
no-listing-root = { $host } does not list its files.
    .hint = Enter the name of a file that you know is there.
no-such-folder = { $host } has no folder “{ $name }”.
    .hint = It may have been moved or deleted. Upper and lower case matter.
raw-only = { $host } is a raw server, which does not list files.
    .hint = Enter the name of the file.
listing-cut = The connection to { $host } was lost in the middle of its file list.
    .hint = Check that the other computer is still running and connected to the network, then try again.
listing-crashed = An error inside Landline interrupted the file list of { $host }.
    .hint = Try again; the log has more details.

### Sharing dropped files
selected-files = { $count } files from { $folder }
selected-things = { $count } items from { $folder }
only-this-is-shared = Only { $what } will be shared.
    .hint = Nothing else in “{ $folder }” can be seen or downloaded.
share-whole = Share the whole folder
share-whole-counted = { $count ->
    [one] Share the whole folder (1 file)
   *[other] Share the whole folder ({ $count } files)
}
share-whole-many = Share the whole folder (more than { $count } files)
counting-its-files = Counting its files
do-not-share = Do not share { $what }
shared-already = Already shared: { $what }
copy-link = Copy link
copy-link-of = Copy the link to { $name }
show-what-came = Show the download in its folder
copied = Copied

### Times
took-no-time = <1 ms
took-ms = { $ms } ms
took-secs = { $secs } s
today-at = today { $time }
yesterday-at = yesterday { $time }
day-of-this-year = { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
day-of-another-year = { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
} { $year }

### Transfer rows
hung-up = stopped by the receiver
save-elsewhere = Another folder…
save-elsewhere-file = Save { $name } in another folder
try-now = Try now
try-now-file = Try { $name } now
download-near = Download { $name }
count-interrupted = { $count } interrupted
count-paused = { $count } paused
count-failed = { $count } failed
show-failed = Show the first failure
pause-all = Pause all
resume-all = Resume all
together = { $over } of { $count } done
progress-of-all = Progress of all transfers
graph-of = Speed of { $name } over the last minute
saved-digest-checked = saved · SHA-256 verified
what-digest-says = Identical, byte for byte, to the file on the other computer
saved-length-checked = saved · length checked
what-length-says = The length matches what the other computer announced; it provided no SHA-256 to verify the content
no-room = disk full
cannot-save = cannot save
from-host = From { $host }
to-host = To { $host }
took = In { $time }, { $rate }
double-click-opens = Double-click to open it
with-key = { $what } ({ $key })
key-delete = Delete
copy-list = Copy list
copy-list-of = Copy the list of failed files in { $name }
files-gone = No longer there
files-cut = Connection lost
files-damaged = Damaged in transit
files-changing = Kept changing during the download
files-denied = Access denied by the other computer
files-unsent = The other computer could not send them
files-unsaved = Could not be saved here
files-unnameable = Their names cannot be used here

### For screen readers
dismiss-notice = Dismiss this notice
hosts-used-before = Recent hosts
forget-host = Remove { $host } from this list

### The connection of a transfer: its diagram
state-closed = closed
state-listen = listening
state-syn-sent = SYN sent
state-syn-received = SYN received
state-established = connected
state-fin-wait-1 = FIN sent
state-fin-wait-2 = FIN acknowledged
state-close-wait = the peer has hung up
state-closing = both have hung up
state-last-ack = waiting for the last ACK
state-time-wait = waiting for 2·MSL
ack-window-full = ACK, window full
segment-bytes = { $count ->
    [one] 1 byte
   *[other] { $count } bytes
}
segment-bytes-ack = { $count ->
    [one] 1 byte, ACK
   *[other] { $count } bytes, ACK
}
segment-unacknowledged = no ACK ({ $count }×)
segment-again = sent again
segments = { $count ->
    [one] 1 segment
   *[other] { $count } segments
}
segments-and-again = { $segments ->
    [one] 1 segment
   *[other] { $segments } segments
}, { $again } retransmitted
data-right = DATA { $size } →
data-left = ← DATA { $size }
heading-open = Picking up: three-way handshake
heading-open-short = Three-way handshake
heading-not-opened = Not connected
heading-close = Hanging up: four-way close
heading-close-short = Four-way close
heading-close-to-come = Hanging up: four-way close (not yet)
heading-close-to-come-short = Four-way close (not yet)
when-you-hang-up = When you hang up
when-peer-hangs-up = When the other side hangs up
heading-reset = Cut off: reset
why-third-ack = Why a third ACK?
why-third-ack-answer = So that an old request cannot open a connection. A SYN that was delayed in the network may reach the server long after its connection was closed. The server answers it, but this client has not called and sends no ACK: without that third segment, the server knows that nobody is there.
why-not-opened = Why is there no connection?
why-not-opened-answer = A RST in answer to the SYN means that nothing listens on that port. No answer at all means that the computer is switched off, or that a firewall drops the SYN; the system sends it several times before it gives up.
why-four-steps = Why four steps to close?
why-four-steps-answer = A connection carries data in both directions, and each is closed by itself. A FIN only says “I have nothing more to send”. The other side acknowledges it at once, but may still have data to send (half-close), so its own FIN comes later: ACK and FIN are two segments. In the handshake, SYN and ACK travel together.
what-is-a-reset = What is a reset?
what-is-a-reset-answer = A RST ends a connection at once, without the four-way close: what was on its way is discarded, and there is no TIME-WAIT. A system sends it when a program ends with unread data, or when nothing belongs to the segment that came.
why-two-msl = Why wait for 2·MSL?
why-two-msl-answer = MSL is the maximum segment lifetime. The last ACK may be lost; the other side then sends its FIN again, and this side can still answer it. And after 2·MSL, no segment of this connection is left in the network that a new connection with the same ports could mistake for its own.
note-server-inferred = The server’s states are inferred from what this computer sent and received.
note-client-inferred = The client’s states are inferred from what this computer sent and received.
note-both-inferred = The states are inferred from what Landline sent and received.
note-handshake-untimed = Time 0 is when the connection was accepted; the handshake was before that.
note-end-not-seen = “Not seen”: the system no longer lists this connection, so nobody knows whether these segments were sent.
note-letters = Sequence numbers are relative: u is the number of bytes sent, plus 1.
note-letters-first = Sequence numbers are relative: u = { $u }, the number of bytes sent, plus 1.
note-letters-second = Sequence numbers are relative: w = { $w }, the number of bytes sent, plus 1.
note-letters-both = Sequence numbers are relative: u = { $u }, w = { $w }, the bytes sent, plus 1.
spoken-at = { $time }: { $what }
spoken-to-come = To come: { $what }
spoken-data = { $size } of data from { $from }
spoken-enters = { $who } is in { $state }
spoken-not-seen = { $what } from { $from } (not seen)
spoken-segment = { $what } from { $from }
spoken-two = { $first }; { $second }
this-computer = This computer
role-client = (client)
role-server = (server)
later = { $time } later
messages-omitted = { $count ->
    [one] 1 message before
   *[other] { $count } messages before
}
now = now
two-msl = waits for 2·MSL
time-wait-over = 2·MSL have passed
time-wait-left = TIME-WAIT, { $secs } s left
time-wait-short = { $secs } s left
time-wait-of = { $secs } s left (2·MSL = { $whole } s)
time-wait-why = If the last ACK is lost, it can still be sent again.
not-seen = { $what } · not seen
sequence-diagram = Sequence diagram of the connection with { $peer }
explain = Explain: { $term }

### The connection of a transfer: the page
show-line = Show the connection
show-line-of = Show the connection of { $name }
back-to-the-list = Back to the list
peer-and-port = { $peer } · port { $port }
choose-connection = Choose one of { $count } connections
connection-open = Port { $port } · { $size } · open
connection-closed = Port { $port } · { $size } · closed
not-sharing = Not sharing
line-not-yet = No connection yet
line-not-yet-why = The transfer has not begun to connect: it is waiting for its turn.
line-unknown = Nothing is known about this connection
line-unknown-why = It was made before Landline was last started, or there was none.
line-refused = { $peer } refused the connection
line-refused-why = It answered the SYN with a RST: nothing listens on port { $port }.
line-no-answer = { $peer } did not answer
line-no-answer-why = The SYN was sent several times, and nothing came back from port { $port }.
line-none = No connection
line-none-why = The transfer ended before it could connect.
end-sender = Sender
end-network = Network
end-receiver = Receiver
fact-state = State
fact-state-now = { $state }: { $meaning }.
fact-state-about = What this computer’s side of the connection is doing; the two sides need not agree. { $now }
fact-round-trip = Round trip
fact-round-trip-about = The time from sending a segment to receiving its ACK. The retransmission timer is derived from it. If it grows far above its minimum, segments are waiting in a queue somewhere in the network.
fact-sent = Sent
fact-sent-acked = Sent / acknowledged
fact-sent-about = Bytes that this computer has sent, and those that the other side has confirmed with ACKs. TCP keeps every byte until its ACK is here, in case it has to be retransmitted. What lies between is in flight.
fact-received = Received
fact-received-about = Bytes that have arrived in order and were read by Landline. Each segment is confirmed with an ACK; sequence numbers put the segments in order and reveal duplicates.
fact-retransmitted = Retransmitted
fact-retransmitted-about = Segments that were sent again because their ACK did not come in time, or because later segments were acknowledged before them. On a good cable this stays at 0; more than 1% makes a transfer slow.
fact-out-of-order = Out of order
fact-out-of-order-about = Segments that arrived before an earlier one. TCP keeps them and asks for what is missing. Many of them mean that the network loses segments, which only the sender can count.
fact-peer-window = Receiver’s window
fact-own-window = Own receive window
fact-window-about = Flow control: with each ACK, the receiver says how many more bytes it has space for. When its program reads too slowly, the window fills up, and the sender has to wait.
fact-congestion = Congestion window
fact-congestion-about = Congestion control: how many segments the sender allows itself in flight, so as not to overload the network. It grows with every ACK and shrinks when segments are lost. The smaller of this and the receiver’s window counts.
fact-segment-size = Segment size
fact-segment-size-about = The largest amount of data in one segment (MSS), which both sides announce in their SYN. On Ethernet that is usually 1,448 or 1,460 bytes, so that a segment fits in one frame.
fact-delivery-rate = Delivery rate
fact-rate-about = Bytes per second, as measured. The system derives the rate of delivery from the ACKs; that of an application is lower when it pauses.
fact-own-port = Own port
fact-own-port-about = The port at this end, which the system chose when the connection was opened. A connection is identified by both addresses and both ports.
fact-hung-up = Hung up first
fact-hung-up-about = The side that sent its FIN first. It keeps the connection in TIME-WAIT for 2·MSL afterwards; the other side is done at once.
fact-reset = Reset by
round-trip-and-min = { $now } (min { $min })
sent-and-acked = { $sent } / { $acked }
sent-all-acked = { $sent }, all acknowledged
sent-in-flight = { $sent }, { $flying } in flight
segments-share = { $count ->
    [one] 1 segment
   *[other] { $count } segments
} ({ $share }%)
window-full = { $size } (full)
window-free = { $size }, not full
exact-bytes = { $count } B
hung-up-both = both at once
the-server = the server ({ $peer })
the-client = the client ({ $peer })
millis = { $ms } ms
plot-rate = Rate
plot-window = Receive window
plot-of = { $term } over the last minute
now-and-max = { $now } (max { $max })
secs-ago = { $secs } s ago
where-time-went = Where the { $time } went
part-connecting = Connecting
part-request = Waiting for the request
part-first-byte = Waiting for the first byte
part-data = Data
part-hanging-up = Hanging up
figures-missing = This system does not report TCP’s own figures, such as the round-trip time and the windows.
figures-too-late = The system’s figures (round trip, windows, retransmissions) are known only if this page is open during the transfer.

### Many downloads at once
downloads-going-already = { $count } downloads are already in progress.
    .hint = They are in the list below.
too-many-chosen = { $count } items are selected, but at most { $most } can be downloaded at a time.
    .hint = Download the whole folder instead: it counts as one download.
too-many-links = You pasted { $count } links, but at most { $most } can be downloaded at a time.
    .hint = Paste fewer of them at a time.

### Folders on malicious or broken servers
path-too-long = The name or path of “{ $name }” is too long.
    .hint = Rename it there, or download the folder that contains it.
too-many-found = “{ $name }” on { $host } contains too many items: { $count } files and folders were found so far.
    .hint = A folder in it may lead back to itself. Download its folders one by one.
too-many-namesakes = Too many files and folders in “{ $name }” would have the same names on this computer. { $count ->
    [one] 1 was left out.
   *[other] { $count } were left out.
}
    .hint = Rename them there, or download them one by one.

### This computer's firewall
firewall-may-block = The firewall ({ $name }) may be blocking other computers.
    .hint = To let them in, run in a terminal: { $command }
copy-command = Copy command
firewall-public = Windows treats this network as public and may block other computers.
    .hint = At home or at work, choose “Private network” in Settings > Network & internet > Properties.

### A name that Windows cannot store
not-storable = A file cannot be named “{ $name }” on this computer.
    .hint = Choose another name.

### The command line
help-usage = Usage: { $usage }
help-commands = Commands
help-arguments = Arguments
help-options = Options
wrong-option = “{ $option }” is not expected here.
    .hint = Run landline --help for more.
wrong-command = There is no command “{ $command }”.
    .hint = Run landline --help for a list.
wrong-value = “{ $value }” is not a valid value for { $option }.
    .hint = Run landline --help for more.
missing-arguments = { $arguments } must be given.
    .hint = Run landline --help for more.
conflicting-options = { $option } cannot be used together with { $other }.
help-default = [default: { $default }]
help-help = Print help; -h prints a summary
help-version = Print version
help-of-help = Print this message, or the help of a command
help-landline = Share a folder on the local network, download by host and file name, and send files
help-landline-more =
    Share a folder on the local network, download by host and file name, and send files.

    Without a command, the window opens.
help-serve = Share a folder until Ctrl-C
help-serve-more =
    Share a folder until Ctrl-C.

    Prints the addresses that others can use, one per line, best first, and then one line per request. Others can download with any browser, curl, or ten lines of Python.

    With --receive, others can also send files; with --localsend, so can phones and computers with the LocalSend app, which then lists this computer. What they send is accepted without asking, so set a password unless everyone on the network may send; the app asks for it as the PIN.
help-serve-dir = The folder to share
help-serve-port = The port to listen on; 0 chooses a free one
help-serve-bind = Listen on this address only, instead of on all addresses of this computer
help-serve-hidden = Also share files and folders whose names start with a dot
help-serve-answer = Show raw requests that match no shared file as messages, and answer them with TEXT
help-serve-keep-open = Keep the connection open after an answer, and answer again
help-serve-allow-host = Also accept HTTP requests for this host name; addresses, local names and this computer’s own names always work
help-get = Download a file, or a folder with everything in it
help-get-more =
    Download a file, or a folder with everything in it.

    landline get 192.168.1.5 film.mkv
    landline get 192.168.1.5 photos/
    landline get http://192.168.1.5:8080/film.mkv
    landline get http://192.168.1.5:8080

    To resume an interrupted download, run the same command again.
help-get-host = The computer to download from (192.168.1.5, ann-pc, [fd00::5]:8080), or a URL. A URL without a path downloads everything that the computer shares.
help-get-name = The name of the file or folder on that computer, with / between folders. A single / downloads everything. Not allowed with a URL.
help-port = The port on that computer; 8080 unless HOST contains one
help-get-output = Save under exactly this name. A device or a named pipe is written to directly; - is standard output.
help-get-dir = Save in this folder instead of the current one
help-get-exists = What to do if a file of that name already exists
help-keep = Keep both
help-skip = Skip the download if the file is identical (same size, and same date or digest if known); otherwise keep both
help-overwrite = Replace the file once the new one is complete
help-get-http = Use HTTP only
help-serve-explain = Report on stderr what limited each transfer of more than 5 s
help-get-explain = Report on stderr at the end what limited the download
help-get-raw = Use the raw protocol only: send the bare file name and read until the connection closes
help-say = Send a message over a raw connection and print the reply, or hold a conversation
help-say-more =
    Send a message over a raw connection and print the reply, or hold a conversation.

    landline say 192.168.1.5 "are u ok?"
    landline say 192.168.1.5

    Without a message, each line that you type is sent at once, and replies are printed as they come. Ctrl-D stops sending (half-close), Ctrl-C hangs up.
help-say-host = The computer to send the message to
help-say-text = The message; without it, a conversation
help-say-hex = Messages and replies are bytes in hexadecimal digits: E4 BD A0. In a conversation, each recv is printed on its own line.
help-say-encoding = The encoding of text on the connection
help-say-line-end = What follows each line on the connection

### The table of sockets (landline lines)
help-lines = List the TCP sockets of a port and their states
help-lines-more =
    List the TCP sockets of a port and their states: those of this computer that have the port at either end.

    RECV-Q counts the bytes that have arrived and that the program has not read, SEND-Q those that it has sent and the peer has not acknowledged. Of a socket that listens, RECV-Q counts the connections that wait to be accepted, and SEND-Q how many may. RTT is the round-trip time, RETRANSMITTED the number of segments sent again, LEFT what is left of TIME-WAIT (2 MSL).

    With --json, an array has an object for each socket. What the system does not report is null. The keys:

    state, local_address, local_port, peer_address, peer_port,
    receive_queue_bytes, send_queue_bytes,
    waiting_connections, backlog_connections, time_wait_left_ms,
    rtt_ms, min_rtt_ms, sent_bytes, acknowledged_bytes, received_bytes, retransmitted_bytes,
    sent_segments, received_segments, retransmitted_segments,
    segment_size_bytes, congestion_window_segments, peer_window_bytes, own_window_bytes,
    delivery_rate_bytes_per_s, is_app_limited, busy_ms, window_limited_ms, buffer_limited_ms
help-lines-port = The port, at either end
help-lines-json = Print JSON
lines-state = STATE
lines-local = LOCAL
lines-peer = PEER
lines-receive-queue = RECV-Q
lines-send-queue = SEND-Q
lines-rtt = RTT (ms)
lines-retransmitted = RETRANSMITTED
lines-left = LEFT (s)
lines-none = No TCP socket of this computer uses port { $port }.
lines-unsupported = Landline cannot list TCP sockets on this system.
    .hint = Try netstat -an.
lines-failed = The system did not list its TCP sockets: { $reason }.

### What limits a transfer
verdict-measuring = Measuring…
verdict-too-short = Over too soon to tell what limited it
verdict-full-speed = Full speed: nothing is slower than the line
verdict-full-speed-line = On average { $rate }: nearly all that a { $line } line carries. { $lost }
verdict-full-speed-rate = On average { $rate }. { $lost }
verdict-receiver = Limited by the receiver: its disk or program reads too slowly
verdict-receiver-detail = For { $share } { $span } its receive window was full. { $lost }
verdict-receiver-small = Limited by the receiver: its receive window is small
verdict-receiver-small-detail = Its receive window of { $window } was full for { $share } { $span }. { $lost }
verdict-own-window = Limited by this computer: its receive window is small
verdict-own-window-detail = The server may send only { $window } per round trip.
verdict-disk-read = Limited by this computer: its disk reads too slowly
verdict-disk-write = Limited by this computer: its disk writes too slowly
verdict-disk-detail = For { $share } { $span } Landline waited for the disk.
verdict-output = Limited by this computer: the program that takes the bytes is too slow
verdict-output-detail = For { $share } { $span } Landline waited for it.
verdict-hasher = Limited by this computer: verifying takes longer than receiving
verdict-hasher-detail = Computing the SHA-256 took { $share } { $span }.
verdict-program = Limited by this computer: it is too busy to keep up
verdict-program-sends = For { $share } { $span } nothing was on its way, because this computer sent nothing.
verdict-program-receives = For { $share } { $span } Landline could not take what had arrived.
verdict-send-buffer = Limited by this computer: its send buffer is small
verdict-send-buffer-detail = For { $share } { $span } everything in it was on its way, and there was no space for more.
verdict-loss = Limited by the network: it loses segments
verdict-loss-detail = { $share } of the segments had to be retransmitted, and TCP slows down after each loss.
verdict-loss-order = { $share } of the segments arrived out of order, which shows that others were lost. TCP slows down after each loss.
verdict-network = Limited by the network: it carries { $rate }
verdict-network-queue = A queue has built up in it: a round trip takes { $now }, at best { $best }. { $lost }
verdict-network-detail = Neither end was waited for. { $lost }
verdict-server = Limited by the server: it sends with pauses
verdict-server-detail = For { $share } { $span } this computer waited through long pauses. { $rate } arrived on average.
verdict-stalled-reading = The receiver has stopped reading
verdict-stalled-reading-detail = Its receive window has been full for { $time }.
verdict-stalled-acknowledging = The other side has stopped responding
verdict-stalled-acknowledging-detail = Nothing has been acknowledged for { $time }; the network may be interrupted.
verdict-stalled-sending = Nothing arrives any more
verdict-stalled-sending-detail = The server has sent nothing for { $time }, or the network is interrupted.
verdict-elsewhere-sends = Limited by the receiver or the network
verdict-elsewhere-sends-detail = They take { $rate }; this computer waited for them { $share } { $span }. It cannot tell which is slower.
verdict-elsewhere-receives = Limited by the server or the network
verdict-elsewhere-receives-detail = They deliver { $rate }; this computer waited for them { $share } { $span }. It cannot tell which is slower.
verdict-requests = Limited by the number of files
verdict-requests-detail = For { $share } { $span } nothing was on its way: asking for small files takes longer than sending them.
verdict-reset-own = This computer cut the connection
verdict-reset-other = The other side reset the connection
verdict-reset-detail = It was cut after { $time }, before everything had passed.
verdict-line = { $title }. { $detail }
verdict-title-only = { $title }.
share-of = { $percent }%
share-of-tenths = { $percent }.{ $tenths }%
span-last = of the last { $secs } s
span-whole = of the time
lost-nothing = The network lost nothing.
lost-segments = { $count ->
    [one] 1 segment was retransmitted.
   *[other] { $count } segments were retransmitted.
}
lost-order = { $count ->
    [one] 1 segment arrived out of order.
   *[other] { $count } segments arrived out of order.
}
round-trip-ms = { $ms } ms
verdict-of-upload = “{ $name }” to { $host }: { $finding }

## Receiving (Server tab, requests to send, rows)
start-to-receive = Start sharing to receive files
what-receiving-does =
    Others can then send you files: with Landline,
    or with any browser, also on a phone.
nothing-received = Nobody is sending anything
how-to-send =
    Others open the address in a browser, or scan the QR code,
    and choose the files to send.
nothing-transferred = Nobody is downloading or sending
visible-nearby-as = Visible nearby as “{ $name }”
page-received = { $count ->
    [0] Nothing was sent.
    [one] 1 file was sent.
   *[other] { $count } files were sent.
}
page-back = Back
help-serve-receive = Also receive files that others send (curl -T, browsers, landline send), and save them in this folder, which has to exist; an existing file is never replaced
help-serve-localsend = Also receive from devices with the LocalSend app, which then lists this computer: files are saved in the folder given with --receive, texts are printed
help-serve-localsend-port = The port for LocalSend instead of 53317, or of a free one if that is taken; 0 chooses a free one
help-serve-drop-only = Others can only send files: nothing can be listed or downloaded
http-send-only = Files can be sent to this computer, but not downloaded from it.
http-receives-nothing = This computer does not receive files.
http-other-site = A page on another site sent this. Open the address directly instead.
http-bad-name = A file cannot be stored under that name.
http-malformed = The request is malformed.
http-no-length = The request does not state the length of the file.
http-not-a-form = Only forms with files can be posted here.
http-declined = The owner of this computer declined.
http-unanswered = The owner of this computer did not answer in time. Try again.
http-receiver-busy = Another device is sending files. Try again when it is done.
http-too-many-offers = Too many others are waiting to send files. Try again in a minute.
http-too-much = This is more than was accepted.
http-wrong-offset = The upload does not continue where the stored part ends.
http-damaged = The file was damaged on its way. Send it again.
http-disk-full = There is not enough space on this computer.
http-not-stored = The file could not be stored.
log-send-only = requested something, but others may only send files
log-received = received “{ $name }” — { $size }, saved as { $path }
log-received-checked = received “{ $name }” — { $size }, SHA-256 verified, saved as { $path }
log-receiving-cancelled = “{ $name }” — cancelled after { $size } had arrived
log-receives-nothing = “{ $name }” — not accepted: receiving is off
log-other-site = “{ $name }” — not accepted: a page on another site sent it
log-bad-name = “{ $name }” — not accepted: no file can have this name
log-malformed = “{ $name }” — not accepted: malformed request
log-no-length = “{ $name }” — not accepted: its length was not stated
log-not-a-form = “{ $name }” — not accepted: not a form with files
log-declined = “{ $name }” — declined
log-unanswered = “{ $name }” — not accepted: there was no answer in time
log-receiver-busy = “{ $name }” — not accepted: another device is sending
log-too-many-offers = “{ $name }” — not accepted: too many senders are waiting for an answer
log-too-much = “{ $name }” — not accepted: more than was agreed to
log-wrong-offset = “{ $name }” — the sender has to start at another byte
log-damaged = “{ $name }” — not kept: its SHA-256 is not the one that was stated
log-disk-full = “{ $name }” — not stored: the disk is full
log-not-stored = “{ $name }” — could not be stored
offered-files = { $names }
log-not-received = “{ $name }” — not received: { $reason }
received-damaged = “{ $name }” was damaged in transit: it does not match what { $host } announced.
    .hint = Nothing was saved. It has to be sent again.
received-in-part = { $host } stopped sending “{ $name }” after { $arrived }.
    .hint = Ask the person there to send it again.
received-is-here = { $name } was received from { $peer }
receiving-failed = { $name } from { $peer } could not be received
files-are-here = { $count } files were received
files-failed = { $failed } of { $count } files could not be received
files-partly-failed = { $done } of { $count } files were received, { $failed } failed
server-rows-say-why = See the list on the Server tab for details.
verdict-of-received = “{ $name }” from { $host }: { $finding }
ask-first = Ask before receiving files
what-asking-does = Without asking, anyone on this network can store files on this computer.
trusted-devices = Accepted without asking
forget-device = Forget { $name }
forget = Forget
others-may = Others may
access-download = Download
access-send = Send files to me
access-both = Both
received-files-go-to = Received files go to
browse-received = Browse for received files…
no-receive-folder = No folder for received files was chosen.
    .hint = Choose one under “Received files go to”.
no-folder-to-share = No folder is shared, so others can only send files.
    .hint = To let them download, stop sharing, choose a folder, and start again.
received-is-shared = Others can download received files at once.
    .hint = One of the two folders is inside the other. To keep received files to yourself, choose another folder for them.
ready-to-receive = Ready to receive files; nothing is shared
wants-to-send = { $who } wants to send { $count ->
    [one] 1 file
   *[other] { $count } files
} ({ $size })
wants-to-send-unknown = { $who } wants to send { $count ->
    [one] 1 file
   *[other] { $count } files
}
accept = Accept
decline = Decline
always-from-this-device = Always from this device
space-free = { $size } free
space-lacking = only { $size } free
answer-within = { $secs } s left
more-requests = { $count } more
requests-waiting = { $count ->
    [one] 1 request to send files
   *[other] { $count } requests to send files
}

## QR code
show-large = Show large
qr-code = QR code
qr-code-of = QR code of { $address }
scan-or-type = Scan, or type this address
close-large-code = Close
key-escape = Esc
show-address = Show { $address } and its QR code

help-serve-no-qr = Do not print the QR code that terminals get

## Archives (ZIP)

http-archives-full = Too many ZIP archives are being made right now. Try again in a few seconds.
http-archive-too-large = There are too many files for one ZIP archive. Download its folders one by one.
log-archive-lacks = { $count ->
    [one] “{ $name }”: 1 file or folder is left out, because its name cannot be sent or it cannot be read
   *[other] “{ $name }”: { $count } files and folders are left out, because their names cannot be sent or they cannot be read
}
log-archives-full = “{ $name }”: too many ZIP archives at a time, asked to try again
log-archive-too-large = “{ $name }”: too many files for one ZIP archive
log-archive-changed = “{ $name }”: “{ $file }” changed in the meantime; the download was cut off and has to start again

## The page for browsers
page-files = { $count ->
    [one] 1 file
   *[other] { $count } files
}
page-folders = { $count ->
    [one] 1 folder
   *[other] { $count } folders
}
page-all-files = All files
page-search = Search in { $name }
page-nothing-found = Nothing found.
page-sort-by = Sort by
page-folder = folder
page-download = Download
page-download-all = Download all (zip)
page-download-all-sized = Download all (zip, { $size })
page-select = Select
page-download-selected = Download selected (zip)
page-download-count = Download { $count } selected (zip)
page-shared-by = Shared by Landline on this network · { $address }
page-previous = Previous
page-next = Next
page-close = Close
page-cannot-show = This browser cannot show the file.
page-send-files = Send files to { $name }
page-send-folder = Send a folder
page-send = Send
page-drop-here = Drop files here to send them to { $name }
page-and-more = { $name } and { $more } more
page-waiting = Waiting for { $name } to accept
page-time-left = { $time } left
page-resuming = Connection lost. Sending resumes by itself.
page-busy = { $name } is busy. Sending starts by itself.
page-files-received = { $count ->
    [one] 1 file received
   *[other] { $count } files received
}
page-received-some = { $count } of { $total } files received
page-not-sent = “{ $name }” could not be sent.
page-try-again = Try again
page-cancel = Cancel
page-browser = { $browser } on { $system }
page-android-phone = Android phone
page-android-tablet = Android tablet

## Sending files
send-nothing = There are no files to send.
    .hint = The folder is empty, or has only hidden files in it.
send-too-many = More than { $max } files cannot be sent at once.
    .hint = Send the folders one by one, or pack them into an archive first.
send-unreadable = “{ $name }” could not be read: { $reason }.
    .hint = Check that it still exists and that you can open it.
send-unsendable-name = “{ $name }” has a name that cannot be sent.
    .hint = Rename the file, then send it again.
send-changed = “{ $name }” changed while it was being sent.
    .hint = Close the program that is writing to it, then send it again. The copy on the other computer may be unusable.
send-declined = { $host } declined the files.
    .hint = Ask the person there, then send them again.
send-unanswered = Nobody at { $host } answered in time.
    .hint = Ask the person there to choose Accept, then send the files again.
send-off = { $host } does not receive files.
    .hint = In Landline on that computer, set “Others may” to “Send files to me” or “Both”.
send-disk-full = The disk of { $host } is full.
    .hint = Free some space there, then send the files again.
send-name-refused = { $host } does not accept a file called “{ $name }”.
    .hint = Rename the file, then send it again.
send-too-large = “{ $name }” is too large for { $host }.
    .hint = Send it alone, or split it into parts.
send-damaged = “{ $name }” was damaged on its way to { $host }.
    .hint = Send it again. A cable, network card or disk may be faulty.
send-not-stored = { $host } did not store “{ $name }” ({ $status }).
    .hint = Send it again; the log on that computer may say why.
send-not-a-receiver = The program on port { $port } of { $host } does not receive files ({ $status }).
    .hint = Start Landline on that computer, and check the port.
send-raw-only = The program on port { $port } of { $host } does not speak HTTP, so it cannot receive files.
    .hint = Start Landline on that computer, and check the port.
send-cut = The connection to { $host } was lost while “{ $name }” was being sent.
    .hint = Check that the other computer is still running and connected to the network.
send-busy = { $host } is busy with other senders.
    .hint = Try again in a moment.
send-not-wanted = “{ $name }” was not selected on { $host }.
    .hint = If it is needed there, send it again.
send-not-a-device = There is no LocalSend device on port { $port } of { $host } any more.
    .hint = Open LocalSend there, then choose the device under “Nearby” again.
send-in-use = { $host } is receiving files from somebody else.
    .hint = Try again when that transfer is over.
send-cancelled-by-recipient = { $host } stopped the transfer.
    .hint = Ask the person there, then send the files again.
send-no-identity = This computer has no identity, so it cannot send files to LocalSend devices.
    .hint = The log says what is wrong with identity.pem.
send-crashed = Sending “{ $name }” stopped because of an error inside Landline.
    .hint = Try again; the log has more details.
send-stored-as = { $host } already has “{ $name }”, so the file is called “{ $stored }” there.
send-stored-renamed = { $count ->
    [one] One file has another name on { $host }, because its name was taken.
   *[other] { $count } files have other names on { $host }, because their names were taken.
}
send-hidden = { $count ->
    [one] Left out one hidden file or folder.
   *[other] Left out { $count } hidden files and folders.
}
send-links = { $count ->
    [one] Left out one link that leads elsewhere.
   *[other] Left out { $count } links that lead elsewhere.
}
send-empty-folders = { $count ->
    [one] Left out one empty folder.
   *[other] Left out { $count } empty folders.
}
receives-only = { $host } only receives files; nothing can be downloaded from it.
    .hint = You can send files to it.
send-asking = Waiting for { $host } to accept
send-confirmed = sent
send-files = Send files…
what-sending-does = Send files to the host; its owner decides whether to accept them
choose-files-to-send = Files to send to { $host }
send-or-share = Send { $names } to { $host }?
    .hint = { $host } is asked first. If you share instead, anyone on your network can download it from this computer.
send-or-share-unencrypted = Send { $names } to { $host }?
    .hint = { $host } is asked first. What you send is not encrypted: others on this network can read it. If you share instead, anyone on your network can download it from this computer.
send-to = Send to { $host }
share-them = Share
drop-to-send-or-share = Drop to send to { $host }, or to share
files-sent = { $failed ->
    [0] { $done } of { $total } files sent
   *[other] { $done } of { $total } files sent; { $failed } failed
}
send-some-failed = { $failed ->
    [one] One file could not be sent.
   *[other] { $failed } files could not be sent.
}
send-text-empty = There is no text to send.
    .hint = Put it after --text, or use --text - and write it to stdin.
send-text-unreadable = The text could not be read: { $reason }.
    .hint = It has to be UTF-8. Send anything else as a file.
send-text-too-long = The text is longer than 1 MiB.
    .hint = Send it as a file.
send-no-text = { $host } is a share, which receives only files.
    .hint = Send the text as a file, or as a message with landline say.
send-nobody-nearby = “{ $name }” was not found: no host has this name, and no device was found nearby.
    .hint = Open LocalSend or Landline on that device, and connect both to the same network. An address works, too; for LocalSend, add the port, :53317.
send-not-nearby = “{ $name }” was not found. Devices nearby: { $names }.
    .hint = Open LocalSend or Landline on that device, and connect both to the same network. An address works, too; for LocalSend, add the port, :53317.
send-ambiguous = There are several devices called “{ $name }”: { $addresses }.
    .hint = Rename one of them, or use its address.
send-search-stopped = The search was stopped. Nothing was sent.
pin-required-by = { $host } asks for a PIN.
    .hint = Put it on the first line of a file and use --password-file FILE, or set LANDLINE_PASSWORD.
pin-prompt = PIN of { $host }:
send-done = { $count ->
    [one] Sent “{ $name }” to { $host }.
   *[other] Sent { $count } files to { $host }.
}
send-incomplete = { $failed ->
    [one] One file could not be sent.
   *[other] { $failed } files could not be sent.
}
    .hint = The others have arrived. Run the same command again to send it all once more.
send-stopped = Sending “{ $name }” was stopped. { $done ->
    [0] No file has arrived.
    [one] One file has arrived.
   *[other] { $done } files have arrived.
}
help-send = Send files or folders to a share or a LocalSend device
help-send-more =
    Send files or folders to a share, or to a phone or computer with LocalSend.

    landline send 192.168.1.5 film.mkv photos
    landline send "Ann’s Phone" photos
    landline send "Ann’s Phone" --text "See you at eight"

    An address, or a host with a port, stands for a share or, with port 53317, for a LocalSend device. Any other name is both looked up as a host name and searched for nearby: if a host of that name shares something, it is used, otherwise the device nearby (see landline nearby; case does not matter).

    The recipient is asked first, unless everything is accepted there. Folders are sent with everything in them, except hidden files. The command succeeds only if the other computer has confirmed every file. If the connection to a share is lost, Landline resumes by itself for up to a minute.
help-send-host = The name of a device nearby, or a host with or without a port (192.168.1.5:8080)
help-send-text = Send this text to a LocalSend device instead of files; - reads it from stdin
help-send-paths = The files and folders to send
help-send-name = The name of this computer, which the recipient sees

## Nearby

help-nearby = List shares and LocalSend devices on the local network
help-nearby-more =
    List who announces a share on the local network, Landline or any web server (mDNS/DNS-SD, _landline._tcp and _http._tcp), and LocalSend devices, to which landline send can send files and texts.

    Searches for 3 seconds, or for 5 if no LocalSend device answers at first: then the addresses of the private network are tried one by one. During the search, LocalSend devices see this computer, but cannot send to it. Prints one line for each device, with its best address; nothing if nobody was found. Anyone on the network can announce any name: nothing is verified but the printed identities of LocalSend devices.

    --json prints an array of objects with these keys: name, kind (landline, web or localsend), device (mobile, desktop, web, headless or server for a LocalSend device, or null), url (empty for a LocalSend device), addresses (best first), port, identity (as links carry it, or null), password (whether one is needed).
help-serve-name = What others see as the name of this computer, instead of its host name
help-serve-no-announce = Do not announce the share to others nearby (mDNS, LocalSend)
nearby-name = NAME
nearby-kind = KIND
nearby-url = URL
nearby-landline = Landline
nearby-web = web server
nearby-localsend = LocalSend
nearby-none = No share or LocalSend device was found nearby.
nearby-no-network = This computer is not connected to a network.
nearby-refused = The system does not allow searching the network: { $reason }
nearby-flooded = Too many announcements arrive from this network, so Landline ignores them for a while.
visible-as = Visible nearby as “{ $name }”.
not-visible = Others nearby do not see this share: { $why }
nearby = Nearby
nearby-count = { $count } found · still looking
nearby-nobody = nobody found yet · still looking
nobody-found = Nobody found yet
not-visible-nearby = Not visible nearby
look-again = Refresh
device-missing = Device missing?
find-out-why = Find out why
open-device = { $name }, { $kind }, { $address }
computer-name = This computer’s name
visible-nearby = Visible to others nearby
what-visible-nearby-does =
    While you share, announces this computer’s name and address to everyone on the local network.
    Others can still connect if they know the address.

## Find out why
find-out-why-file = Find out why “{ $name }” cannot be downloaded
find-out-why-sent = Find out why “{ $name }” cannot be sent
doctor-cause = { $finding }.
doctor-fine = No problem was found.
    .hint = If a device is still missing, check again with Landline open there.
doctor-checking = Checking…
doctor-checked = checked just now, in { $time }
doctor-copy-command = Copy the command that opens it
doctor-use-port = Use port { $port }
doctor-copy-report = Copy report
doctor-check-again = Check again
doctor-local = These checks stay on your local network.
doctor-stopped = The checks could not run
doctor-kind-networks = Networks of this computer
doctor-kind-share = Your share, as seen from here
doctor-kind-firewall = Firewall of this computer
doctor-kind-back = Whether others can reach this computer
doctor-kind-name = Address of the other computer
doctor-kind-way = Route to the other computer
doctor-kind-host = Whether the other computer answers
doctor-kind-port = Port of the other computer
doctor-kind-service = Program on that port
doctor-kind-others = Other devices on this network
doctor-kind-isolation = Client isolation on this network
doctor-wifi = This computer is on Wi-Fi “{ $name }”, { $ip }
doctor-wifi-unnamed = This computer is on Wi-Fi, { $ip }
doctor-network = This computer is on a network, { $ip }
doctor-no-network = This computer is not on any network
    .hint = Connect it to Wi-Fi or plug in the network cable.
doctor-no-dhcp = The network gave this computer no address, so it assigned itself { $ip }
    .hint = Reconnect to the Wi-Fi or restart the router.
doctor-not-sharing = Nothing is shared on this computer
doctor-share-reached = Port { $port } is open here
doctor-nothing-listens = Nothing listens on port { $port } of this computer
    .hint = Stop sharing and start it again.
doctor-loopback-only = Only this computer itself can reach its port { $port }
    .hint = It listens on the loopback address. Share again without --bind 127.0.0.1.
doctor-one-address = Port { $port } is open here, at { $ip } only
doctor-share-blocked = A firewall of this computer blocks its own port { $port }
    .hint = Allow incoming connections to TCP port { $port } in its firewall.
doctor-no-firewall = No firewall of this computer blocks port { $port }
doctor-firewall-unknown = Firewall rules: only administrators can read them
doctor-firewall-open = The firewall ({ $name }) allows connections to port { $port }
doctor-firewall-blocks = The firewall ({ $name }) blocks port { $port }
    .hint = Open this port with the command below, then check again.
doctor-firewall-may-block = The firewall ({ $name }) may block port { $port }
    .hint = Open this port with the command below, then check again.
doctor-firewall-program = The firewall ({ $name }) blocks Landline
    .hint = In Windows Security, open “Allow an app through firewall” and allow Landline.
doctor-firewall-public = Windows treats this network as public and may block port { $port }
    .hint = At home or at work, set the network to “Private” in Settings > Network & internet > Properties.
doctor-others-reach = { $host } can reach port { $port } of this computer
doctor-others-refused = { $host } reaches this computer, but not its port { $port }
    .hint = Stop sharing, start it again, then check again.
doctor-others-silent = { $host } cannot reach port { $port } of this computer
    .hint = A firewall of this computer or of the network drops the connections. Allow TCP port { $port }.
doctor-name-found = { $host } has the address { $ip }
doctor-name-not-found = No computer named { $host } was found
    .hint = Check the spelling, or use its IP address, such as 192.168.1.5.
doctor-same-computer = { $host } is this computer
doctor-same-network = { $ip } is on the same network as this computer
doctor-other-network = { $ip } is on another network
doctor-other-network-silent = { $ip } is not on the same network as this computer ({ $own }), and does not answer
    .hint = Connect both computers to the same network, and check the address.
doctor-via-vpn = The route there goes through a VPN ({ $interface })
doctor-vpn = A VPN ({ $interface }) captures the connections to { $ip }
    .hint = Disconnect the VPN, or allow local networks in its settings.
doctor-no-route = This computer has no route to { $ip }
    .hint = It is on another network. Connect both computers to the same one, and check the address.
doctor-host-present = { $ip } is on the network
doctor-host-answers = { $ip } answers
doctor-nobody = No device on this network has the address { $ip }
    .hint = The computer is switched off or asleep, or it has another address now.
doctor-host-silent = { $ip } does not answer on any port
    .hint = It may be switched off, or its firewall blocks everything.
doctor-port-open = Port { $port } is open there
doctor-port-refused = Nothing listens on port { $port } of { $ip }
    .hint = Start sharing there, or use the port that it shows.
doctor-port-rejected = A firewall at { $ip } rejects connections to port { $port }
    .hint = Open TCP port { $port } in the firewall of that computer.
doctor-port-filtered = A firewall at { $ip } blocks port { $port }
    .hint = Open TCP port { $port } in the firewall of that computer.
doctor-all-filtered = { $ip } is there, but its firewall lets nothing in
    .hint = Open TCP port { $port } in the firewall of that computer.
doctor-elsewhere = { $ip } shares on port { $other }, not on { $port }
    .hint = Use port { $other }.
doctor-landline = Landline { $version } answers
doctor-landline-named = “{ $name }” answers, with Landline { $version }
doctor-other-server = { $host } runs { $software }, not Landline; downloads may still work
doctor-unnamed-server = { $host } runs another web server, not Landline; downloads may still work
doctor-raw = { $host } is not a web server; raw downloads may work
doctor-tls = Port { $port } of { $host } speaks TLS only
    .hint = Put https:// in front of its address.
doctor-mute = { $host } accepts connections on port { $port }, but sends nothing
    .hint = The program there may have stopped responding, or it is not a share. Check the port.
doctor-others = Other devices on this network answer ({ $count })
doctor-nobody-else = No other device answers on this network
    .hint = The other device may be off or on another network, or this network keeps its devices apart, as guest Wi-Fi does.
doctor-isolated = Only the router answers: this network seems to keep its devices apart
    .hint = Guest networks do: use another Wi-Fi, a cable, or a phone’s hotspot. Otherwise, the computer may be off, or have another address now.
doctor-not-isolated = Client isolation on this network: not found
doctor-isolation-unknown = Client isolation on this network: not known
firewall-name-windows = Windows Firewall
firewall-name-macos = macOS firewall
help-doctor = Find out why a device cannot be reached
help-doctor-host = The computer that cannot be reached; without it, this computer and its network are checked
help-doctor-more =
    Find out why a device cannot be reached: check the networks, the firewall and the share of this computer and, if a computer is named, the route to it, its port and what answers there. The cause comes first, then one line for each check.

    Nothing is changed, and what is sent stays on the local network. Some firewall rules can be read by administrators only.

    The exit status is 0 if nothing is wrong, and 1 if a cause was found.

## Privacy: the log of the share
log-redirected-tls = unencrypted request redirected to https://: the share is encrypted only
log-raw-password = raw request refused: it cannot carry the password
log-raw-encrypted = raw request refused: the share is encrypted only
log-wrong-password = used a wrong password or an old link
log-many-passwords = used too many wrong passwords; refused for up to a minute

## Privacy: errors of the client
identity-changed = The identity of { $host } has changed: it was “{ $known }” and is now “{ $found }”. Nothing was sent.
    .hint = Another computer may have this address now, the settings of Landline may have been reset there, or somebody may be intercepting the connection. Compare the words with those in the settings of that computer; if they match, forget the old identity and try again.
wrong-identity = { $host } is not the expected computer: its identity is “{ $found }”. Nothing was sent.
    .hint = Another computer may have this address now, or somebody may be intercepting the connection. Ask for a new link, or choose the computer under “Nearby” again.
untrusted = The certificate of { $host } is not trusted ({ $reason }). Nothing was sent.
    .hint = Check the address and the clock of this computer.
not-encrypted = { $host } does not offer encryption on port { $port }. Nothing was sent.
    .hint = Check the port. If that computer no longer offers encryption, forget its identity in the settings.
handshake-failed = Could not establish an encrypted connection to { $host } on port { $port }: { $reason }.
    .hint = Another program may be using that port.
pin-required = { $host } asks for a PIN.
    .hint = It is in the settings of LocalSend on that device.
pin-wrong = { $host } does not accept this PIN.
    .hint = Check it in the settings of LocalSend on that device.
pins-too-many = { $host } received too many wrong PINs from this computer.
    .hint = Wait a minute, then try again. If that does not help, restart LocalSend on that device.
password-required = { $host } asks for a password.
    .hint = Ask the person who shares the folder.
password-wrong = { $host } does not accept this password.
    .hint = Check it, or ask the person who shares the folder.
passwords-too-many = { $host } received too many wrong passwords from this computer.
    .hint = Wait a minute, then try again.

## Privacy: addresses
bad-fingerprint = “#fp={ $typed }” is not a valid fingerprint.
    .hint = The link may be incomplete. Copy it again.
raw-not-encrypted = Raw requests to { $host } are not encrypted. Nothing was sent.
    .hint = Choose HTTP, or use an address that begins with http:// and has no “#fp=”.

## Passwords of the client and on the command line
password-other-scheme = { $host } requires { $scheme } authentication, which Landline does not support.
    .hint = Landline supports only Basic authentication. Open that address in a browser.

## Privacy: the page for browsers
http-password-needed = A password is needed.
http-wrong-password = The password is wrong.
http-wrong-link = This link no longer works.
http-many-passwords = { $seconds ->
    [one] There were too many wrong passwords. Try again in 1 second.
   *[other] There were too many wrong passwords. Try again in { $seconds } seconds.
}
page-password-title = This folder has a password
page-password-hint = Ask the person who shares it.
page-password = Password
page-show-password = Show password
page-open = Open
page-password-needed = A password is needed now.
page-enter-password = Enter the password
page-encrypted = Encrypted
page-not-encrypted = Not encrypted
page-encryption-warning = Others on this network can see what is transferred. An encrypted connection is available, but your browser will warn you first, because the certificate is self-signed.
page-open-encrypted = Open the encrypted page

## Privacy: the file with the identity of this computer
identity-exposed = Other users of this computer can read or write the key in { $path }, so it is not used.
    .hint = Make the file private with chmod 600. If somebody may have copied the key, delete the file: Landline then creates a new identity, and everyone who knows the old one is warned.
identity-unreadable = The identity of this computer in { $path } cannot be used: { $reason }.
    .hint = Restore the file from a backup. If there is none, delete it: Landline then creates a new identity, and everyone who knows the old one is warned.
identity-unwritable = The identity of this computer could not be saved in { $path }: { $reason }.
    .hint = Check the permissions of that folder, and whether the disk is full.
identity-no-key = No identity could be created for this computer: { $reason }.
    .hint = Restart Landline.

## Privacy: the Client tab
password = Password
show-password = Show the password
hide-password = Hide the password
remember-password = Remember on this computer
what-remembering-does = It is kept in a file that only you can read. You can forget it in the settings.
checking-password = Checking…
send-password = Send
enter-password = Enter password…
enter-password-file = Enter the password for “{ $name }”
ask-who-shares = Ask the person who shares the folder.
password-not-accepted = Wrong password. Ask the person who shares the folder.
password-outdated = The old password or link no longer works.
password-unusable = A password has 1 to 256 bytes and no control characters.
password-wait-a-minute = Too many wrong passwords. Try again in a minute.
password-wait = Too many wrong passwords. Try again in { $secs } s.
password-try-again-now = You can try again now.
password-not-kept = The password of { $host } is used now, but could not be saved.
    .hint = You will be asked again after the next start. The log says why.
enter-password-sent = Enter the password for sending “{ $name }”
encrypted = Encrypted
unencrypted = Not encrypted
lock-closed = Encrypted. Compare these words with those in the settings of the other computer: if they match, nobody is intercepting the connection.
lock-open = Not encrypted: others on this network can read what is transferred.
lock-of-system = Encrypted. This system trusts the certificate of { $host }.
encrypted-with-words = Encrypted: { $words }
first-visit = First visit. Landline will warn you if these words ever change.
forget-old-identity = Forget the old identity…
forget-old-identity-file = Forget the old identity of the computer that “{ $name }” comes from
forget-its-identity = Forget its identity…
forget-identity-of = Forget the identity of { $host }?
forget-identity-about = Forget it only if the current words match those in the settings of that computer. Otherwise, somebody may be intercepting the connection.
forget-plain-about = From then on, files may come from there without encryption, and anybody on the network can read them.
forget-identity = Forget
keep-identity = Keep
remembered-identity = Remembered
current-identity = Now
no-identity-known = None
known-computers = Known computers
no-known-computers = Computers that encrypt their connections are listed here once you have visited them.
what-known-computers-are = Landline warns you if the words of one of them change.
forget-computer = Forget { $host }
password-is-kept = password remembered
nearby-password = password
device-with-password = { $device }, asks for a password
device-unencrypted = { $device }, not encrypted
announced-identity = Announces the identity { $words }

## Privacy: the share
no-password = None
what-password-does = Whoever opens the share has to know it. While you share, a change applies once you press Enter or leave the field.
enter-applies = Enter applies it
not-a-password = At most 256 bytes, without control characters
password-not-read = The saved password of the share could not be read.
    .hint = Sharing does not start by itself this time. Enter the password again; the old file is kept as share-secrets.unreadable.json.
password-not-saved = The password of the share could not be saved: { $why }.
    .hint = It applies until Landline is closed.
links-need-no-password = Links open without the password
what-links-carry = Copied links and the QR code then contain a secret that replaces the password. Whoever has the link can open the share, until you choose “New link”.
new-link = New link
what-new-link-does = Earlier links and QR codes no longer open the share without the password.
old-links-ended = Old links no longer work
link-has-identity = The link also contains the identity of this computer, so that Landline notices if another one answers.
link-has-token = The link also contains a secret that replaces the password.
link-has-both = The link also contains the identity of this computer, so that Landline notices if another one answers, and a secret that replaces the password.
password-set = Password set
what-password-set-means = Whoever opens the share is asked for the password.
what-encrypted-means = Programs that support it, such as Landline, use TLS. Browsers use plain HTTP unless “Encrypted only” is on in the settings.
encrypted-only = Encrypted only
what-encrypted-only-means = Everybody has to use TLS. Browsers warn about the certificate, and raw requests are refused.
asks-for-a-password = Asks for a password
only-typing-needs-the-password = Whoever types the address needs the password
shared-unencrypted = This share is not encrypted: { $why }
    .hint = { $hint } Then stop sharing and start again.
only-encrypted-is-shared = Nothing is shared, because it could not be encrypted: { $why }
    .hint = { $hint } Then try again, or turn off “Encrypted only” in the settings.

## Privacy: the settings
privacy = Privacy
what-encrypted-only-does = Browsers will warn about the certificate, and raw requests are refused.
raw-with-password = Answer raw requests despite the password
what-raw-with-password-does = Raw clients cannot send a password: whoever knows a file’s name gets the file without it.
identity-words = Identity
what-identity-is-for = Compare these words with those that the other computer shows.
fingerprint = Fingerprint (SHA-256)
copy-fingerprint = Copy the fingerprint

## Passwords and identities on the command line
password-required-by = { $host } asks for a password.
    .hint = Put it on the first line of a file and use --password-file FILE, or set LANDLINE_PASSWORD.
identity-changed-of = The identity of { $host } has changed: it was “{ $known }” and is now “{ $found }”. Nothing was sent.
    .hint = Another computer may have this address now, the settings of Landline may have been reset there, or somebody may be intercepting the connection. Compare the words with those that “landline identity” prints there; if they match, run “landline identity --forget { $server }” and try again.
not-encrypted-by = { $host } does not offer encryption on port { $port }. Nothing was sent.
    .hint = Check the port. If that computer no longer offers encryption, run “landline identity --forget { $server }”, and use an address without https://.
first-visit-to = First visit to { $host }: its identity is “{ $words }”. Landline will warn you if it ever changes.
password-prompt = Password for { $host }:
not-a-password-typed = This is not a valid password: it must have 1 to 256 bytes and no control characters.
no-password-in-variable = The value of { $variable } cannot be used as a password.
    .hint = A password has 1 to 256 bytes and no control characters. Unset the variable if there is no password.
password-file-unreadable = The password file { $path } could not be read: { $reason }.
password-file-not-private = Others on this computer can read the password file { $path }.
    .hint = Make it private with chmod 600.
no-password-in-file = There is no password on the first line of { $path }.
    .hint = A password has 1 to 256 bytes and no control characters.
serve-identity = Identity: { $words }
serve-not-encrypted = Connections are not encrypted.
identity-without-folder = There is no settings folder in which the identity of this computer could be saved.
    .hint = Set LANDLINE_CONFIG_DIR to a folder that Landline can write to.
identity-of = Identity of { $name }:
identity-server = COMPUTER
identity-of-server = IDENTITY
identity-password = PASSWORD
identity-kept = remembered
identity-not-known = No identity or password of { $server } is remembered.
    .hint = Run landline identity for a list of known computers.
identity-not-forgotten = The identity and the password of { $server } could not be forgotten.
    .hint = Check that Landline can write to its settings folder.
identity-forgotten = Forgot the identity and the password of { $server }.
help-serve-password-file = Require the password on the first line of this file (or in the environment variable LANDLINE_PASSWORD)
help-serve-encrypted-only = Accept encrypted connections only: browsers are redirected to https:// and warn about the certificate, and raw requests and LocalSend without encryption are refused
help-serve-allow-raw = Answer raw requests despite the password, which they cannot carry
help-serve-link = Also print a link that needs no password until this command ends; the QR code then contains it, too
help-password-file = Use the password on the first line of this file (or in the environment variable LANDLINE_PASSWORD); without one, you are asked on the terminal
help-remember-password = Remember the password for the next time, in a file that only you can read
help-identity = Print the identities of this computer and of known computers
help-identity-more =
    Print the identity of this computer, as four words and as the fingerprint of its certificate, and the identities of the computers that were visited over an encrypted connection.

    Compare the words with those that the other computer prints: if they match, nobody is intercepting the connection. From the second visit on, Landline compares them itself.

    --json prints an object with these keys: name, words, fingerprint, and servers, an array with an object for each known computer: name, port, words, fingerprint and password (whether it is remembered).
help-identity-forget = Forget the identity and the password that are remembered for this host
nearby-needs-password = PASSWORD
nearby-identity = IDENTITY
nearby-has-password = yes
password-question = { $host } asks for a password
password-needed = password needed

## LocalSend: the window
visible-to-localsend = Visible to LocalSend
what-localsend-does = Phones and computers with the LocalSend app can offer you files. Those that you accept go to { $folder }.
what-localsend-unasked-does = Files that phones and computers with the LocalSend app send are saved in { $folder } without asking.
localsend-pin = The password is the PIN.
localsend-becoming-visible = Becoming visible to LocalSend…
localsend-visible-as = Visible to LocalSend as “{ $name }”
localsend-can-offer = Phones and computers can offer you files.
localsend-can-send = Files from phones and computers are saved without asking.
turn-off = Turn off
localsend-turn-off = Turn off Visible to LocalSend
localsend-port-taken = LocalSend itself, or another program, uses port { $port } on this computer.
    .hint = Files can still be sent. To receive files here, close that program, then try again.
localsend-no-identity = This computer cannot be visible to LocalSend. { $why }
    .hint = { $hint }
localsend-password-lost = This computer is not visible to LocalSend yet: the password could not be read, and without it, no PIN would be required.
    .hint = Enter the password again, or try again to go on without a PIN.
choose-another-folder = Choose another folder…
localsend-missing = A phone with LocalSend?
turn-on-localsend = Turn on “Visible to LocalSend”
found-identity = Identity: { $words }
send-files-to = Send files to { $name }
more-to-send = More to send to { $name }
send-folder = Send folder…
send-text = Send text…
text-to = Send a text to { $host }
text = Text
text-hint = Type or paste a text or a link
send-text-now = Send
sending-failed = “{ $name }” could not be sent to { $host }
text-sent = Sent the text to { $host }.
text-named = “{ $text }”
sent-a-text = { $who } sent a text
the-text = { $text }
text-line = { $who }: { $text }
copy-text = Copy the text
open-link = Open link
close-text = Close the text
texts-waiting = { $count ->
    [one] 1 text from another device
   *[other] { $count } texts from other devices
}
what-key-words-say = This device has proved its identity. The same words always mean the same device.
pin = PIN
pin-question = { $host } asks for a PIN
where-the-pin-is = It is in the settings of LocalSend on that device.
pin-needed = PIN needed
enter-pin = Enter PIN…
enter-pin-sent = Enter the PIN for sending “{ $name }”
pin-not-accepted = Wrong PIN. It is in the settings of LocalSend on that device.
pin-wait-a-minute = Too many wrong PINs. Try again in a minute.
pin-wait = Too many wrong PINs. Try again in { $secs } s.
drop-to-choose = Drop to send to a device, or to share
send-to-which = Send { $names } to which device?
    .hint = The recipient decides whether to accept. If you share instead, anyone on your network can download it from this computer.
