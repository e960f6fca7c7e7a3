# Every text that a user can see. A message is a sentence; its .hint says why, or what to do next.

### Numbers and times
time-left = { $time } left
two-sentences = { $first } { $second }

### Sharing
port-taken = Port { $port } is taken by another program.
    .hint = Nothing is shared yet. Choose another port, or close that program.
port-forbidden = This system does not let Landline use port { $port }.
    .hint = Ports under 1024 need an administrator. Choose a higher one, for example 8080.
address-not-here = { $address } is not an address of this computer.
    .hint = Choose one of its own addresses, or none to use them all.
folder-missing = There is no folder “{ $path }”.
    .hint = Check the spelling, or choose another folder.
folder-is-file = “{ $path }” is a file, not a folder.
    .hint = Share the folder that it is in.
folder-unreadable = You may not read the folder “{ $path }”.
    .hint = Choose another one, or ask its owner for the right to read it.
entry-unavailable = “{ $path }” cannot be shared.
    .hint = It may have been moved or removed, or you do not have permission to read it. Drop it on the window again.
folder-gone = The shared folder “{ $path }” was removed.
    .hint = Sharing has stopped. Choose another folder, or put it back and start again.
sharing-failed = Sharing stopped: { $reason }.
    .hint = Start it again; if that does not help, start Landline again.
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
    [one] 1 name cannot be sent; that file or folder is left out.
   *[other] { $count } names cannot be sent; those files and folders are left out.
}
    .hint = Names must be UTF-8, without line breaks or other control characters, and paths must not be too long.

log-sent-http = “{ $name }” — { $size }, HTTP
log-sent-raw = “{ $name }” — { $size }, raw
log-cancelled = “{ $name }” — cancelled after { $size }
log-hung-up = “{ $name }” — the other side hung up after { $size }
log-stalled = “{ $name }” — the other side took nothing for { $secs } s
log-crashed = “{ $name }” — an error in Landline ended the transfer
log-unreadable = “{ $name }” — cannot be read to its end: { $reason }
log-no-file = “{ $name }” — no such file
log-no-name = a request for something that cannot be a file’s name
log-is-folder = “{ $name }” — a folder, which a raw connection cannot send
log-forbidden = “{ $name }” — may not be read
log-failed = “{ $name }” — { $reason }
log-listed = looked at what is in “{ $name }”
log-listings-full = “{ $name }” — not listed: too many large folders are being listed
log-asked-about = “{ $name }” — asked about
log-unchanged = “{ $name }” — unchanged, not sent again
log-redirected = “{ $name }” — a folder, sent on to its list
log-slashes = “{ $name }” — redirected to the address with single slashes
log-changed = “{ $name }” — not the version that was asked for
log-beyond = “{ $name }” — a part beyond its end was asked for
log-refused = refused: { $status }
log-tls = tried https, which Landline does not speak; http works
log-busy = no more connections can be opened just now; the next ones wait
log-no-thread = “{ $name }” — not sent: the system allows no more threads
log-few-threads = the system allows no more threads; the slowest transfers end, and further ones are refused

page-title = Shared folder
page-name = Name
page-size = Size
page-modified = Modified
page-empty = This folder is empty.
http-not-found = There is no such file here.
http-forbidden = This file may not be read.
http-embedding = Another site's page requested this. Open its address directly instead.
http-listings-full = Too many large folders are being listed just now. Try again in a few seconds.
http-misdirected = This server does not answer to that name. Use its address, or start it with --allow-host and the name.

### Downloading
refused = { $host } refused the connection on port { $port }.
    .hint = Landline is not running there, or it uses another port.
name-not-found = No computer called { $host } was found.
    .hint = Check the spelling, or enter its address, such as 192.168.1.5.
no-answer = { $host } does not answer on port { $port }.
    .hint = It may be switched off or behind a firewall, or the address is wrong.
unreachable = { $host } cannot be reached from here.
    .hint = Check that both computers are on the same network.
call-failed = Calling { $host } failed: { $reason }.
    .hint = Check this computer’s network and firewall, then try again.
cut = { $host } was cut off after { $arrived } of “{ $name }”.
    .hint = Check that it is still running and on the network.
stalled = { $host } stopped sending “{ $name }” after { $arrived }.
    .hint = Check the network at both ends.
damaged = “{ $name }” arrived damaged twice: it is not what { $host } has.
    .hint = Nothing was saved. A cable, a network card or a disk may be faulty: try another one.
keeps-changing = “{ $name }” keeps changing on { $host }.
    .hint = Nothing was saved. Try again when nobody is working on it.
changed-meanwhile = “{ $name }” changed on { $host } meanwhile, so it was fetched from the start.
grew-meanwhile = “{ $name }” has grown on { $host } since the download began. It was saved as it was then.
digest-withheld = { $host } did not send the SHA-256 of “{ $name }” when asked for it, so the file was not compared.
whole-only = { $host } sends whole files only, so “{ $name }” was fetched from the start.
no-such-file = { $host } has no file “{ $name }”.
    .hint = Check the spelling; capitals count.
no-such-file-near = { $host } has no file “{ $name }”.
    .hint = Did you mean { $near }?
nothing-sent = { $host } sent nothing: it has no such file, or the file is empty.
    .hint = Check the name “{ $name }”; capitals count.
one-call-only = { $host } took one call on port { $port } and is gone.
    .hint = It is probably a raw server that serves once. Start it again there, and choose raw here.
no-listing = { $host } does not list what is in “{ $name }”.
    .hint = Enter the names of its files one by one.
encoded-listing = { $host } sent the list of “{ $name }” encoded as { $coding }, although it was asked not to.
    .hint = Landline cannot read it. Enter the names of the files one by one.
file-not-folder = “{ $name }” on { $host } is a file, although it is listed as a folder.
    .hint = Download it on its own.
scripted-listing = { $host } lists what is in “{ $name }” only with a script on its page, which Landline does not run.
    .hint = Open it in a browser, and enter the file names here one by one.
scripted-listing-root = { $host } lists its files only with a script on its page, which Landline does not run.
    .hint = Open it in a browser, and enter the file names here one by one.
index-in-place-of-list = { $count ->
    [one] { $host } shows a web page for “{ $name }” and hides the list of its files. Only that page and what it links to were saved.
   *[other] { $host } shows web pages for { $count } folders, such as “{ $name }”, and hides the lists of their files. Only those pages and what they link to were saved.
}
loops-left-out = { $count ->
    [one] “{ $name }” leads back to a folder above it, so it was left out.
   *[other] { $count } folders lead back to folders above them, such as “{ $name }”, so they were left out.
}
too-deep = “{ $name }” is too many folders down.
    .hint = Download the folder that it is in.
in-the-way = { $path } is a file, but a folder of that name is needed.
    .hint = Move it away, then try again.
leads-elsewhere = { $path } is a link that leads out of the folder.
    .hint = Move it away, then try again.
not-a-file = “{ $name }” on { $host } is a web page, not a file.
    .hint = If it is a folder, enter { $name }/ with a slash at its end.
not-a-file-root = What { $host } has there is a web page, not a file.
    .hint = Enter the name of a file.
status-denied = { $host } does not let you download “{ $name }” ({ $status }).
    .hint = Ask whoever runs that server for access.
status-misdirected = { $host } does not answer to that name ({ $status }).
    .hint = Enter its address instead, such as 192.168.1.5.
status-server = { $host } could not send “{ $name }” ({ $status }).
    .hint = The fault is at that end. Try again later.
status-other = { $host } refused to send “{ $name }” ({ $status }).
    .hint = Check the name, or open the address in a browser to see what it says.
not-http = The program on port { $port } of { $host } does not speak HTTP.
    .hint = Choose raw, or let Landline find out by itself.
broken-http = { $host } sent an answer that breaks the rules of HTTP.
    .hint = Check the port; the log says more.
too-many-redirects = { $host } sends requests for “{ $name }” round in circles.
    .hint = The fault is at that end. Check the name, or open it in a browser.
redirect-elsewhere = { $host } sends on to { $url }.
    .hint = Landline does not follow to another server by itself. Enter that address if you trust it.
redirect-https = { $host } sends on to { $url }.
    .hint = Landline does not speak HTTPS. Open that address in a browser if you trust it.
target-missing = The folder { $folder } does not exist.
    .hint = Choose another folder to save to.
target-is-file = “{ $folder }” is a file, not a folder.
    .hint = Choose a folder to save to.
target-not-writable = Nothing can be saved in { $folder }: you may not write there.
    .hint = Choose another folder to save to.
disk-full = There is not enough room in { $folder }.
    .hint = Free some space, then resume; or choose another folder. Landline leaves up to 64 MiB free for other programs.
disk-too-small = There is not enough room in { $folder }: { $lacking } more is needed.
    .hint = Free some space, then resume; or choose another folder. Landline leaves up to 64 MiB free for other programs.
file-too-large = The file is too large for the disk that holds { $folder }.
    .hint = FAT disks hold files of up to 4 GB. Choose a folder on another disk.
write-failed = { $path } could not be written: { $reason }.
    .hint = Choose another folder to save to.
not-durable = { $path } is complete, but the disk reported an error when its name was written: { $reason }.
    .hint = It may be gone after a power failure. Check the disk, and keep a copy elsewhere.
bad-host = “{ $typed }” is not the name or address of a computer.
    .hint = Enter one such as ann-pc or 192.168.1.5.
not-http-address = “{ $typed }” is not an http:// address.
    .hint = Landline downloads over http:// and raw connections only.
no-name = No file name was given.
    .hint = Enter the name of a file on that computer.
two-names = The address and the command both name a file.
    .hint = Name it once: landline get HOST NAME, or landline get URL.
bad-name = “{ $name }” cannot be asked for over a raw connection: it has control characters.
    .hint = Check the name, or choose HTTP.
reader-gone = Nothing is reading from { $path } any more.
cannot-rewind = The download was cut off and cannot resume: what has been written to { $path } cannot be taken back.
    .hint = Download to a file to be able to resume.
folder-into-stream = A folder cannot be written to { $path }, which can take only a single file.
    .hint = Choose a folder to save it in.
query-over-raw = “{ $name }” has a query, which cannot be asked for over a raw connection.
    .hint = Choose HTTP.
name-too-long = The name is too long for a raw server, which reads { $max } bytes.
    .hint = Choose HTTP.
message-empty = There is nothing to say.
    .hint = Enter a message first.
message-too-long = The message is too long: a raw server reads { $max } bytes.
    .hint = Send it in several parts.
no-reply = { $host } hung up without a reply.
    .hint = It may not take messages. Its owner can turn them on.
system-out = This computer cannot start another task: { $reason }.
    .hint = Close some programs, then try again.
download-crashed = A fault in Landline ended the download of “{ $name }”.
    .hint = Try again; the log says more.
saved-beside = “{ $name }” was there already, so this one is “{ $stored }”.
part-left-alone = Left “{ $part }” alone: it was not created by this installation of Landline, or was created by an earlier version.
    .hint = Delete it if you do not need it.
saved-unchecked = The length of “{ $name }” is unknown, so it was not checked.
saved-encoded = { $host } says that “{ $name }” is encoded as { $coding }. It was saved as sent.
other-names = { $count ->
    [one] 1 file has another name here than on { $host }, because its own was taken or cannot be used here.
   *[other] { $count } files have other names here than on { $host }, because theirs were taken or cannot be used here.
}
files-encoded = { $count ->
    [one] { $host } says that 1 file is encoded (compressed, for example). It was saved as sent.
   *[other] { $host } says that { $count } files are encoded (compressed, for example). They were saved as sent.
}
digests-withheld = { $count ->
    [one] { $host } did not send the SHA-256 of 1 file when asked for it, so that file was not compared.
   *[other] { $host } did not send the SHA-256 of { $count } files when asked for it, so those files were not compared.
}
files-grew = { $count ->
    [one] 1 file has grown on { $host } since its download began. It was saved as it was then.
   *[other] { $count } files have grown on { $host } since their downloads began. They were saved as they were then.
}
saved-safely = The file is called “{ $stored }” here: its own name cannot be stored, or could be mistaken for another.

### Without a window
stdout-failed = Cannot write to standard output: { $reason }.
serve-ready = Sharing { $folder }. Ctrl-C ends it.
get-paused = “{ $name }” was interrupted; { $kept } of it are kept.
    .hint = The same command goes on from there.
get-kept = { $kept } of it are kept; the same command goes on from there.
get-kept-in-vain = { $kept } of it are kept, but cannot be resumed: there is no settings folder that Landline can write to.
    .hint = Set LANDLINE_CONFIG_DIR to a folder where it can.
get-cancelled = “{ $name }” was cancelled; nothing of it was kept.
get-incomplete = { $failed } of { $total } files of “{ $name }” did not arrive.
    .hint = The same command fetches only those.
get-incomplete-in-vain = { $failed } of { $total } files of “{ $name }” did not arrive, and the download cannot be resumed: there is no settings folder that Landline can write to.
    .hint = Set LANDLINE_CONFIG_DIR to a folder where it can. The same command fetches everything again.
message-line = { $peer } >>> { $text }
no-display = There is no screen to open a window on.
    .hint = Share a folder without one with: landline serve DIR
no-window = Landline cannot open its window: { $reason }.
    .hint = Without a screen, share a folder with: landline serve DIR
no-library = A library that windows need is missing: { $reason }.
    .hint = On Debian and Ubuntu: sudo apt install libx11-6 libx11-xcb1 libxcursor1 libxi6 libxkbcommon0 libxkbcommon-x11-0 libwayland-client0 libwayland-egl1. Without a window, share a folder with: landline serve DIR
no-graphics = The graphics driver offers no OpenGL to draw the window with.
    .hint = Install or update it. Without a window, share a folder with: landline serve DIR
no-graphics-linux = There is no OpenGL to draw the window with.
    .hint = On Debian and Ubuntu: sudo apt install libgl1 libegl1 libgl1-mesa-dri. Without a window, share a folder with: landline serve DIR

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
if-it-exists = If the file is there already
keep-both = Keep both
skip = Skip
overwrite = Overwrite
what-keep-both-does = The new one is saved beside it as [新]NAME (新 is “new”).
what-skip-does = The same file is not fetched again.
what-overwrite-does = The new one takes its place once it is whole.
browse = Browse…
port = Port
choose-folder = Choose a folder
dialog-is-open = A folder is being chosen in another window
choose-a-folder = Choose a folder
dismiss = Dismiss
try-again = Try again
try-again-file = Try again { $name }
cancel = Cancel
cancel-file = Cancel { $name }
progress-of = Progress of { $name }
waiting = Waiting…
connecting = Connecting…
checking = Checking…
active = { $count } active
queued = { $count } waiting
http = HTTP
raw = raw
failed = failed
cancelled = cancelled
bad-port = “{ $port }” is not a port: a number from 1 to 65535.
    .hint = Most people leave it at 8080.
panicked = A part of Landline stopped working ({ $what }).
    .hint = The rest goes on. Please report it: that is a defect.
no-dialog = No folder dialog could be opened.
    .hint = Type the folder’s path, or drop the folder on the window.
one-folder-at-a-time = Nothing was taken: Landline shares things from one folder at a time.
    .hint = “{ $one }” and “{ $other }” are in different folders. Drop things from one folder, or a folder that holds them all.
not-shared-missing = Cannot be shared: { $names }.
    .hint = Nothing of that name is there; it may have been moved or removed.
not-shared-unreadable = Cannot be shared: { $names }.
    .hint = You do not have permission to read it. Ask its owner.
not-shared-special = Cannot be shared: { $names }.
    .hint = Only files and folders can.
not-shared-name = Cannot be shared: { $names }.
    .hint = Such a name cannot be sent: it contains a control character or is not valid UTF-8. Rename it and drop it again.
one-more-name = { $names }, { $name }
names-and-more = { $names } and { $count } more
no-open = { $path } could not be opened.
    .hint = It may have been moved, or no program is set for it.
no-thread = This computer cannot start another task.
    .hint = Close other programs and try again.
settings-not-read = The settings could not be read, so the usual ones are used.
    .hint = The old file is kept as settings.unreadable.json.
settings-not-saved = The settings could not be saved: { $why }.
    .hint = They last until Landline is closed.
downloads-not-read = The list of downloads could not be read, so it starts empty.
    .hint = The old list is kept as downloads.unreadable.json.
downloads-not-saved = The list of downloads could not be saved: { $why }.
    .hint = It lasts until Landline is closed.
downloads-elsewhere = Another Landline window is open and keeps the list of downloads.
    .hint = Downloads work here, too, but this window’s list is gone when it is closed.
why-awake = Files are on their way

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
counting-files = Sharing, counting the files…
sharing-many-files = Sharing more than { $count } files
no-network = No network: only this computer can reach it
copy = Copy
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
nobody-yet = Nobody has asked for a file yet
how-to-reach =
    Pass the address on: it opens in a browser,
    and Landline’s Client tab takes it as the host.
done = done
log = Log
show-log = Show log
use-port = Use port { $port }
more-lines = Show more lines
fewer-lines = Show fewer lines
nothing-happened = Nobody has asked for anything yet.
answer-messages = Answer messages
answer = Answer
usual-answer = thanks
what-answering-does = Show what raw clients say in the log, and answer them

### The window: client tab
host = Host
host-hint = 192.168.1.5
file-name = File name
file-name-hint = film.mkv or photos/
save-to = Save to
download = Download
ask-over = Ask over
automatic = Automatic
only-raw = Raw
message = Message
what-a-message-does = Say something to a raw server
message-to-host = Message to the host
message-text = Message text
message-hint = Say something
send = Send
you = You
reply-is-no-text = { $host } sent a file, not words. To keep it, put its name into File name and press Download.
no-reply-yet = No reply yet…
downloads = Downloads
nothing-downloaded = See what another computer shares
what-to-type =
    Type the host above and press Enter to see what it shares,
    or type the name of a file there and press Download.
no-host = Type the host first.
    .hint = It is the address that the other computer’s Server tab shows.
no-file-name = Type the file name first.
    .hint = It is the name of a file or folder in the folder that is shared there.
downloading-already = “{ $name }” is on its way already.
    .hint = It is in the list below.
no-save-to = Choose where to save first.
    .hint = Type a folder’s path, or browse for it.
clear-finished = Clear finished
pause = Pause
pause-file = Pause { $name }
resume = Resume
resume-file = Resume { $name }
remove = Remove
remove-file = Remove { $name }
remove-deletes-part = Remove it from the list, and what has arrived of it from the disk
remove-from-list = Remove it from the list
remove-keeps-files = Remove it from the list; the files that arrived stay
paused = paused
interrupted = interrupted
trying-again-in = Trying again in { $secs } s
trying-again = Trying again…
saved = saved
skipped = skipped
nothing-fetched = Already there, nothing was fetched
digest-checked = Checked (SHA-256)
length-checked = Length checked
saved-not-checked = saved, not checked
length-unknown = Length unknown, not checked: if the connection broke, this is only a part
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
retry-failed-file = Retry failed { $name }
show-failed-files = { $count ->
    [one] Show 1 failed file
   *[other] Show { $count } failed files
}
show-failed-files-of = Show { $count } failed files of { $name }
hide-failed-files = Hide failed files
hide-failed-files-of = Hide failed files of { $name }
and-others = and { $count } more
open = Open
open-file = Open { $name }
show-in-folder = Show in folder
show-file-in-folder = Show in folder { $name }

### The window: looking at another computer
files-on = Files on { $host }
refresh = Refresh
filter = Filter
items = { $count ->
    [one] 1 item
   *[other] { $count } items
}
items-of = { $count } of { $all } items
clear-filter = Clear the filter
chosen = { $count } selected
chosen-size = { $count } selected · { $size }
asking = Asking what is there…
empty-folder = This folder is empty
nothing-found = No name here has “{ $filter }” in it
folder-cut = These are the first { $count }; there are more.
index-page = This is a web page that hides the list of files. Only what it links to is shown.
nameless = { $count ->
    [one] 1 file or folder has a name that cannot be sent.
   *[other] { $count } files and folders have names that cannot be sent.
}
folder-above = To the folder above
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
look-at-host = Look at { $host }
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
percent = { $percent } %
smaller = Smaller
larger = Larger
sharing = Sharing
port-of-share = Port to share on
port-while-sharing = Stop sharing first
share-at-launch = Start sharing when Landline opens
at-once = Downloads at once
fewer-at-once = Fewer downloads at once
more-at-once = More downloads at once
about = About
version = Landline { $version }
license = Free software: { $license }
show-log-files = Show log files

### The window: questions
share-instead = Share “{ $folder }” instead?
    .hint = “{ $now }” is shared now. Whatever is on its way from it will be cut off.
share-it = Share it
keep-sharing = Keep as it is
close-now = Close Landline now?
    .hint = { $downloads ->
        [0] {""}
        [one] 1 download will pause; you can resume it later.
       *[other] { $downloads } downloads will pause; you can resume them later.
    } { $uploads ->
        [0] {""}
        [one] Somebody is downloading from this computer and will be cut off.
       *[other] { $uploads } downloads from this computer will be cut off.
    }
close = Close
keep-open = Keep it open
drop-to-share = Let go to share it

### Downloads that ended, and the window's title
file-is-here = { $name } is saved
folder-is-here-in-part = { $failed ->
    [one] { $name } is here, but 1 file is missing
   *[other] { $name } is here, but { $failed } files are missing
}
folder-is-here-not-whole = { $name } is here, but not all of it
downloads-are-here = { $count } downloads saved
download-failed = { $name } could not be downloaded
downloads-failed = { $failed } of { $count } downloads failed
saved-in = Saved in { $folder }
rows-say-why = The list in the Client tab says why.
percent-title = { $percent } % - Landline

### Looking into a folder of another computer
no-listing-root = { $host } does not list its files.
    .hint = Type the name of a file that you were told.
no-such-folder = { $host } has no folder “{ $name }”.
    .hint = It may have been moved or removed meanwhile. Capitals count.
raw-only = { $host } does not list files: it is a raw server.
    .hint = Type the name of the file.
listing-cut = { $host } was cut off in the middle of its list.
    .hint = Check that it is still running and on the network, then try again.
listing-crashed = A fault in Landline ended the list of what { $host } has.
    .hint = Try again; the log says more.

### Sharing what was dropped
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
show-what-came = Show what has come in its folder
copied = Copied

### Moments
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

### The rows of transfers
hung-up = ended by the other side
save-elsewhere = Another folder…
save-elsewhere-file = Save { $name } in another folder
try-now = Try now
try-now-file = Try { $name } now
download-near = Download { $name }
count-interrupted = { $count } interrupted
count-paused = { $count } paused
pause-all = Pause all
resume-all = Resume all
together = { $over } of { $count } done
progress-of-all = Progress of all transfers
graph-of = Speed of { $name } in the last minute
saved-digest-checked = saved · SHA-256 checked
what-digest-says = What arrived is byte for byte what the other computer has
saved-length-checked = saved · length checked
what-length-says = As many bytes arrived as were promised; the other computer told no SHA-256 to compare them with
no-room = no room
cannot-save = cannot save
files-left-in = { $count ->
    [one] 1 file had arrived and stays in { $folder }
   *[other] { $count } files had arrived and stay in { $folder }
}
from-host = From { $host }
to-host = To { $host }
took = In { $time }, { $rate }
double-click-opens = Double-click to open it
with-key = { $what } ({ $key })
key-delete = Delete
copy-list = Copy list
copy-list-of = Copy the list of failed files of { $name }
files-gone = No longer there
files-cut = The connection broke
files-damaged = Damaged on the way
files-changing = Kept changing while they were fetched
files-denied = The other computer does not give them out
files-unsent = The other computer could not send them
files-unsaved = Could not be saved here
files-unnameable = Their names cannot be used

### For screen readers
dismiss-notice = Dismiss this notice
hosts-used-before = Hosts that were used before

### What can be done about a download

### Many downloads at once
downloads-going-already = { $count } downloads are on their way already.
    .hint = They are in the list below.
too-many-chosen = { $count } are chosen, and one press downloads { $most } at most.
    .hint = Choose the folder that they are in: all of it comes as one download.

### What Landline does not do
not-encrypted = Nothing is encrypted yet: share on networks you trust.

### Folders of servers that mean ill
path-too-long = “{ $name }” has a name or a path that is too long.
    .hint = Rename it there, or download the folder that it is in.
too-many-found = “{ $name }” on { $host } does not end: { $count } files and folders were found so far.
    .hint = A folder in it may lead back to where it is. Download its folders one by one.
too-many-namesakes = Too many files and folders in “{ $name }” would have the same names here. { $count ->
    [one] 1 was left out.
   *[other] { $count } were left out.
}
    .hint = Rename them there, or download them one by one.

### A firewall of this computer
firewall-ufw = The firewall (ufw) may keep others out.
    .hint = To let them in, type in a terminal: { $command }
copy-command = Copy command
firewall-public = Windows takes this network for a public one, and may keep others out.
    .hint = At home or at work, choose “Private network” in Settings, Network & internet, Properties.

### A name that Windows cannot store
not-storable = No file can be called “{ $name }” on this computer.
    .hint = Choose another name for it.
