# 用户能看到的全部文字，与 en.ftl 逐条对应。每条先说明发生了什么，.hint 再说明原因或下一步操作。
# 约定：中文与西文、数字之间空一格；引号用“ ”；不称呼用户，祈使句用“请”。

### 数字与时间
time-left = 剩余 { $time }
two-sentences = { $first }{ $second }

### 共享
port-taken = 端口 { $port } 已被其他程序占用。
    .hint = 尚未开始共享。请换一个端口，或关闭占用它的程序。
port-forbidden = 系统不允许 Landline 使用端口 { $port }。
    .hint = 小于 1024 的端口需要管理员权限。请换一个更大的端口，例如 8080。
address-not-here = { $address } 不是这台电脑的地址。
    .hint = 请改用这台电脑的某个地址；不指定则监听全部地址。
folder-missing = 找不到文件夹“{ $path }”。
    .hint = 请检查路径有没有写错，或选择其他文件夹。
folder-is-file = “{ $path }”是文件，不是文件夹。
    .hint = 请共享它所在的文件夹。
folder-unreadable = 没有权限读取文件夹“{ $path }”。
    .hint = 请选择其他文件夹，或请它的所有者授予读取权限。
entry-unavailable = 无法共享“{ $path }”。
    .hint = 它可能已被移走或删除，或者没有权限读取它。请把它重新拖到窗口上。
folder-gone = 共享文件夹“{ $path }”已被移走或删除。
    .hint = 共享已停止。请选择其他文件夹，或把它放回原处后重新开始共享。
sharing-failed = 共享已停止：{ $reason }。
    .hint = 请重新开始共享；如果仍然不行，请重启 Landline。
sharing-files = 正在共享 { $count } 个文件
sharing-files-and-names = 正在共享 { $count } 个文件；另有 { $omitted } 个因名称无法传输而未共享
names-omitted = { $count } 个文件或文件夹因名称无法传输而未列出。
    .hint = 名称须为有效的 UTF-8，不能含有换行等控制字符，完整路径也不能过长。

log-sent-http = “{ $name }”：已发送 { $size }，HTTP
log-sent-raw = “{ $name }”：已发送 { $size }，原始 TCP
log-cancelled = “{ $name }”：已取消（已发送 { $size }）
log-hung-up = “{ $name }”：对方已停止接收（已发送 { $size }）
log-stalled = “{ $name }”：对方 { $secs } 秒没有接收数据
log-crashed = “{ $name }”：Landline 内部出错，传输中断
log-unreadable = “{ $name }”：未能完整读取：{ $reason }
log-no-file = “{ $name }”：没有这个文件
log-no-name = 请求的文件名无效
log-is-folder = “{ $name }”：这是文件夹，原始 TCP 连接只能发送文件
log-forbidden = “{ $name }”：没有读取权限
log-failed = “{ $name }”：读取失败：{ $reason }
log-listed = 查看了“{ $name }”的文件列表
log-listings-full = “{ $name }”：未列出，同时列出的大文件夹太多
log-asked-about = “{ $name }”：仅查询文件信息（HEAD）
log-unchanged = “{ $name }”：没有变化，无需重新发送
log-redirected = “{ $name }”：这是文件夹，已重定向到文件列表
log-slashes = “{ $name }”：地址中有多余的斜杠，已重定向到正确的地址
log-changed = “{ $name }”：已不是所请求的版本
log-beyond = “{ $name }”：请求的范围超出文件末尾
log-unknown-host = 已拒绝：“{ $host }”不是这台电脑的名称
log-refused = 已拒绝：{ $status }
log-tls = 对方尝试使用 HTTPS，但此共享没有身份；请使用 http://
log-busy = 已达到连接数上限，新的连接需要等待
log-no-thread = “{ $name }”：未发送，无法再创建线程
log-few-threads = 无法再创建线程，最慢的传输会被中止，新的传输会被拒绝

page-title = 共享文件夹
page-name = 名称
page-size = 大小
page-modified = 修改时间
page-empty = 这个文件夹是空的。
http-not-found = 找不到文件。
http-forbidden = 没有访问权限。
http-embedding = 此请求来自其他网站的页面。请直接打开这个地址。
http-listings-full = 正在列出的大文件夹太多，请过几秒再试。
http-misdirected = 这台电脑不接受通过这个主机名访问。请改用 IP 地址，或请共享者在 Landline 的设置中（或用 --allow-host）加上这个名称。

### 下载
refused = 无法连接 { $host } 的端口 { $port }：对方拒绝连接。
    .hint = 那台电脑没有运行 Landline，或者用的是其他端口。
name-not-found = 找不到名为 { $host } 的电脑。
    .hint = 请检查拼写，或直接填写它的 IP 地址，例如 192.168.1.5。
no-answer = { $host } 的端口 { $port } 没有响应。
    .hint = 它可能已关机，可能被防火墙拦住，也可能是地址不对。
unreachable = 无法从这台电脑连接到 { $host }。
    .hint = 请确认两台电脑在同一个网络中。
call-failed = 连接 { $host } 失败：{ $reason }。
    .hint = 请检查这台电脑的网络连接和防火墙，然后重试。
cut = “{ $name }”下载到 { $arrived } 时，与 { $host } 的连接断开了。
    .hint = 请检查那台电脑是否还在运行、是否还连着网络。
stalled = “{ $name }”下载到 { $arrived } 时，{ $host } 停止了发送。
    .hint = 请检查两端的网络连接。
damaged = “{ $name }”两次下载的内容都与 { $host } 上的文件不一致。
    .hint = 没有保存任何内容。网线、网卡或磁盘可能有故障，请更换后再试。
keeps-changing = { $host } 上的“{ $name }”一直在变化。
    .hint = 没有保存任何内容。请等它不再被写入后重试。
changed-meanwhile = 下载期间，{ $host } 上的“{ $name }”发生了变化，已从头重新下载。
grew-meanwhile = 下载开始后，{ $host } 上的“{ $name }”又变大了；保存的是开始下载时的内容。
digest-withheld = { $host } 没有按请求提供“{ $name }”的 SHA-256，因此未能校验内容。
whole-only = { $host } 不支持断点续传，“{ $name }”已从头重新下载。
no-such-file = { $host } 上没有文件“{ $name }”。
    .hint = 请检查文件名，注意区分大小写。
no-such-file-near = { $host } 上没有文件“{ $name }”。
    .hint = 是不是要找 { $near }？
nothing-sent = { $host } 什么也没有发送：可能没有这个文件，也可能文件是空的。
    .hint = 请检查文件名“{ $name }”，注意区分大小写。
one-call-only = { $host } 在端口 { $port } 上接受了一个连接，随后停止了监听。
    .hint = 它很可能是只服务一次的原始 TCP 服务器。请在对方电脑上重新启动它，并在这里选择“原始 TCP”。
no-listing = { $host } 不提供“{ $name }”的文件列表。
    .hint = 请逐个填写其中的文件名。
encoded-listing = { $host } 返回的“{ $name }”文件列表使用了 { $coding } 编码，而请求中已注明不要编码。
    .hint = Landline 无法读取它。请逐个填写其中的文件名。
file-not-folder = { $host } 上的“{ $name }”被列为文件夹，实际上是一个文件。
    .hint = 请单独下载它。
scripted-listing = { $host } 只能通过 JavaScript 显示“{ $name }”的文件列表，而 Landline 不运行 JavaScript。
    .hint = 请在浏览器中打开它，再逐个填写其中的文件名。
scripted-listing-root = { $host } 只能通过 JavaScript 显示文件列表，而 Landline 不运行 JavaScript。
    .hint = 请在浏览器中打开它，再逐个填写其中的文件名。
index-in-place-of-list = { $count ->
    [1] { $host } 在“{ $name }”处显示的是网页，而不是文件列表。只保存了这个网页及其链接的内容。
   *[other] { $host } 在“{ $name }”等 { $count } 个文件夹处显示的是网页，而不是文件列表。只保存了这些网页及其链接的内容。
}
loops-left-out = { $count ->
    [1] “{ $name }”指向它的上级文件夹，已跳过。
   *[other] “{ $name }”等 { $count } 个文件夹指向各自的上级文件夹，已跳过。
}
too-deep = “{ $name }”的文件夹层级太深。
    .hint = 请直接下载它所在的文件夹。
in-the-way = { $path } 是文件，而这里需要一个同名的文件夹。
    .hint = 请把它移走，然后重试。
leads-elsewhere = { $path } 是指向文件夹之外的链接。
    .hint = 请把它移走，然后重试。
not-a-file = { $host } 上的“{ $name }”是网页，不是文件。
    .hint = 如果它是文件夹，请在末尾加上斜杠：{ $name }/
not-a-file-root = { $host } 返回的是网页，不是文件。
    .hint = 请填写文件名。
status-denied = { $host } 不允许下载“{ $name }”（{ $status }）。
    .hint = 请向那台服务器的管理者申请访问权限。
status-misdirected = { $host } 不接受这个主机名（{ $status }）。
    .hint = 请改为填写它的 IP 地址，例如 192.168.1.5。
status-server = { $host } 未能发送“{ $name }”（{ $status }）。
    .hint = 问题出在那台服务器上。请稍后重试。
status-other = { $host } 拒绝发送“{ $name }”（{ $status }）。
    .hint = 请检查文件名，或用浏览器打开这个地址，查看服务器的提示。
not-http = { $host } 的端口 { $port } 上运行的程序不支持 HTTP。
    .hint = 请选择“原始 TCP”，或选择“自动”让 Landline 自行判断。
broken-http = { $host } 返回了无效的 HTTP 响应。
    .hint = 请检查端口；详情见日志。
too-many-redirects = { $host } 对“{ $name }”的请求重定向次数过多。
    .hint = 问题出在那台服务器上。请检查文件名，或用浏览器打开它。
redirect-elsewhere = { $host } 重定向到 { $url }。
    .hint = Landline 不会跟随重定向到其他服务器。如果信任这个地址，请自行填写它。
target-missing = 文件夹“{ $folder }”不存在。
    .hint = 请选择其他保存位置。
target-is-file = “{ $folder }”是文件，不是文件夹。
    .hint = 请选择一个文件夹作为保存位置。
target-not-writable = 无法保存到“{ $folder }”：没有写入权限。
    .hint = 请选择其他保存位置。
disk-full = “{ $folder }”所在的磁盘空间不足。
    .hint = 请释放一些空间后继续，或选择其他文件夹。Landline 最多为其他程序保留 64 MiB 可用空间。
disk-too-small = “{ $folder }”所在的磁盘空间不足，还差 { $lacking }。
    .hint = 请释放一些空间后继续，或选择其他文件夹。Landline 最多为其他程序保留 64 MiB 可用空间。
file-too-large = 文件太大，“{ $folder }”所在的磁盘无法存放。
    .hint = FAT 格式的磁盘只能存放不超过 4 GB 的文件。请选择其他磁盘上的文件夹。
write-failed = 无法写入“{ $path }”：{ $reason }。
    .hint = 请选择其他保存位置。
not-durable = “{ $path }”已完整保存，但写入文件名时磁盘报错：{ $reason }。
    .hint = 断电后它可能会丢失。请检查磁盘，并在别处保留一份副本。
bad-host = “{ $typed }”不是有效的电脑名称或地址。
    .hint = 请填写名称或地址，例如 ann-pc 或 192.168.1.5。
not-http-address = “{ $typed }”不是 http:// 或 https:// 地址。
    .hint = Landline 只能通过 http://、https:// 和原始 TCP 连接下载。
no-name = 没有填写文件名。
    .hint = 请填写那台电脑上的文件名。
two-names = 文件名写了两次：网址中已有，后面又写了一次。
    .hint = 只需写一次：landline get 主机 文件名，或 landline get 网址。
bad-name = “{ $name }”含有控制字符，无法通过原始 TCP 连接请求。
    .hint = 请检查文件名，或选择 HTTP。
reader-gone = 已经没有程序在读取 { $path }。
cannot-rewind = 下载中断，无法续传：已写入 { $path } 的数据无法撤回。
    .hint = 请下载到文件，以便断点续传。
folder-into-stream = 无法把文件夹写入 { $path }：那里只能写入单个文件的内容。
    .hint = 请选择一个文件夹作为保存位置。
query-over-raw = “{ $name }”带有查询参数，无法通过原始 TCP 连接请求。
    .hint = 请选择 HTTP。
name-too-long = 文件名太长：原始 TCP 服务器最多读取 { $max } 字节。
    .hint = 请选择 HTTP。
message-empty = 消息是空的。
    .hint = 请先填写消息。
message-too-long = 消息太长：原始 TCP 服务器最多读取 { $max } 字节。
    .hint = 请分几次发送。
no-reply = { $host } 没有回复就断开了连接。
    .hint = 对方可能没有开启“自动回复消息”，可以请对方开启。
call-reset = { $host } 复位了连接 (RST)。
    .hint = 对方的程序已经结束、关闭时还有未读的数据，或者不接受通话。
call-broken = 与 { $host } 的连接中断了：{ $reason }。
    .hint = 请检查网络，然后重新呼叫。
call-queue-full = 这条没有发送：对方一直不接收，已有 { $max } 在等待发送。
    .hint = 请等对方接收，或者挂断。
call-idle = { $host } 已有 { $minutes } 分钟没有动静，因此本方挂断了。
    .hint = 对方随时可以重新呼叫。
call-file-unreadable = “{ $name }”无法发送：{ $reason }。
    .hint = 请确认它是一个可以打开的文件。
system-out = 这台电脑无法再运行新的任务：{ $reason }。
    .hint = 请关闭一些程序，然后重试。
download-crashed = Landline 内部出错，“{ $name }”的下载中断了。
    .hint = 请重试；详情见日志。
saved-beside = “{ $name }”已存在，这个文件另存为“{ $stored }”。
part-left-alone = 未改动“{ $part }”：它不是由本机安装的这个 Landline 创建的，或是由较早的版本创建的。
    .hint = 如果不再需要，可以将其删除。
saved-unchecked = “{ $name }”的长度未知，因此未能校验。
saved-encoded = { $host } 声明“{ $name }”使用了 { $coding } 编码，文件未解码，按原样保存。
other-names = 有 { $count } 个文件在这里的名称与 { $host } 上的不同：原名已被占用，或无法在这里使用。
files-encoded = { $host } 声明有 { $count } 个文件使用了编码（如压缩），文件未解码，按原样保存。
digests-withheld = { $host } 没有按请求提供 { $count } 个文件的 SHA-256，因此未能校验这些文件的内容。
files-grew = 下载开始后，{ $host } 上有 { $count } 个文件又变大了；保存的是各自开始下载时的内容。
saved-safely = 文件保存为“{ $stored }”：原名称无法在这里使用，或容易与其他名称混淆。

### 不开窗口时
stdout-failed = 无法写入标准输出：{ $reason }。
serve-ready = 正在共享 { $folder }。按 Ctrl-C 停止。
serve-ready-for-both = 正在共享 { $folder }，并将接收的文件保存到 { $received }。按 Ctrl-C 停止。
serve-ready-to-receive = 接收的文件将保存到 { $folder }。按 Ctrl-C 停止。
serve-localsend = LocalSend 设备会看到这台电脑，名称为“{ $name }”（端口 { $port }）。
serve-localsend-silent = LocalSend 设备若知道这台电脑的地址，就可以向它发送（端口 { $port }）。
serve-localsend-moved = 端口 { $port } 已被占用，可能是这台电脑上的 LocalSend 正在使用。
    .hint = 将改用另一个端口；收不到这台电脑组播的设备无法找到它。
serve-localsend-ended = 无法再接收 LocalSend 的文件，因此共享也已结束：{ $reason }
localsend-needs-receive = --localsend 需要一个保存接收文件的文件夹。
    .hint = 请加上 --receive DIR。
get-paused = “{ $name }”已中断，已收到的 { $kept } 会保留。
    .hint = 再次运行同一条命令即可继续下载。
get-kept = 已收到的 { $kept } 会保留；再次运行同一条命令即可继续下载。
get-kept-in-vain = 已收到的 { $kept } 会保留，但无法续传：没有 Landline 可以写入的设置文件夹。
    .hint = 请把 LANDLINE_CONFIG_DIR 设为可以写入的文件夹。
get-cancelled = “{ $name }”已取消，没有保留任何内容。
get-incomplete = “{ $name }”不完整：有 { $failed } 项未能下载。
    .hint = 再次运行同一条命令，只会下载缺少的部分。
get-incomplete-in-vain = “{ $name }”不完整：有 { $failed } 项未能下载，而且无法续传：没有 Landline 可以写入的设置文件夹。
    .hint = 请把 LANDLINE_CONFIG_DIR 设为可以写入的文件夹。再次运行同一条命令会重新下载全部文件。
say-connected = 已连接到 { $host }，用时 { $ms } ms。
say-peer-hung-up = { $host } 挂断了。
say-bad-hex = “{ $character }”不是十六进制数字。
    .hint = 请这样写字节：E4 BD A0
say-half-byte = “{ $digit }”只是半个字节：每个字节有两位十六进制数字。
    .hint = 请这样写字节：E4 BD A0
say-not-encodable = { $encoding } 里没有“{ $character }”这个字符。
    .hint = 请改用 UTF-8，或去掉这个字符。
message-line = { $peer } >>> { $text }
named-peer = { $name }（{ $peer }）
no-display = 没有可以显示窗口的屏幕。
    .hint = 不打开窗口也可以共享文件夹：landline serve 文件夹
no-window = Landline 无法打开窗口：{ $reason }。
    .hint = 不打开窗口也可以共享文件夹：landline serve 文件夹
no-library = 缺少打开窗口所需的库：{ $reason }。
    .hint = 在 Debian 和 Ubuntu 上：sudo apt install libx11-6 libx11-xcb1 libxcursor1 libxi6 libxkbcommon0 libxkbcommon-x11-0 libwayland-client0 libwayland-egl1。不打开窗口也可以共享文件夹：landline serve 文件夹
no-graphics = 显卡驱动没有提供窗口所需的 OpenGL。
    .hint = 请安装或更新驱动。不打开窗口也可以共享文件夹：landline serve 文件夹
no-graphics-linux = 窗口需要 OpenGL，但系统中没有。
    .hint = 在 Debian 和 Ubuntu 上：sudo apt install libgl1 libegl1 libgl1-mesa-dri。不打开窗口也可以共享文件夹：landline serve 文件夹

### 窗口
landline = Landline
tab-server = 服务器
tab-client = 客户端
settings = 设置
appearance = 外观
theme-system = 跟随系统
theme-light = 浅色
theme-dark = 深色
share-hidden-files = 共享隐藏文件
host-names = 也接受这些主机名
what-host-names-do = 用于非本地的名称，例如自有域名下的名称。修改后立即生效。
not-a-host-name = “{ $name }”不是有效的主机名（只能用 a–z、0–9、连字符和点）
if-it-exists = 已有同名文件时
keep-both = 都保留
skip = 跳过
overwrite = 覆盖
copies = 副本的名称
copies-automatic = 自动
copies-number = 名称 (2)
copies-prefix = [新]名称
what-keep-both-does = 保留原文件，新文件另存为“{ $name }”。
what-skip-does = 相同的文件不会重新下载。
what-overwrite-does = 新文件完整收到后，替换原文件。
browse = 浏览…
port = 端口
choose-folder = 选择文件夹
dialog-is-open = 正在另一个窗口中选择文件夹
choose-a-folder = 选择一个文件夹
dismiss = 关闭提示
try-again = 重试
try-again-file = 重试 { $name }
cancel = 取消
cancel-file = 取消 { $name }
undo = 撤销
download-cancelled = 已取消 { $name }
folder-cancelled = 已取消 { $name }，已收到的 { $count } 个文件会保留
downloads-cancelled = 已取消 { $count } 个下载
row-removed = 已从列表中移除 { $name }
rows-removed = 已从列表中移除 { $count } 项
progress-of = { $name } 的进度
waiting = 等待中…
connecting = 正在连接…
checking = 正在校验…
preparing = 正在准备…
active = { $count } 个进行中
queued = { $count } 个等待中
http = HTTP
raw = 原始 TCP
failed = 失败
cancelled = 已取消
bad-port = “{ $port }”不是有效的端口，请填写 1 到 65535 之间的数字。
    .hint = 默认端口是 8080。
file-url-elsewhere = “{ $url }”在另一台电脑上。
    .hint = 请选择本机上的文件夹。
bad-file-url = “{ $url }”不是有效的路径。
    .hint = 请填写文件夹的路径，或点“浏览”。
panicked = Landline 的一部分停止工作了（{ $what }）。
    .hint = 其余部分仍可使用。这是程序缺陷，欢迎反馈。
no-dialog = 无法打开选择文件夹的对话框。
    .hint = 请直接填写文件夹的路径，或把文件夹拖到窗口上。
one-folder-at-a-time = 未作更改：Landline 一次只共享同一个文件夹中的内容。
    .hint = “{ $one }”和“{ $other }”不在同一个文件夹中。请从同一个文件夹拖入，或拖入包含它们的文件夹。
not-shared-missing = 无法共享：{ $names }。
    .hint = 找不到，可能已被移走或删除。
not-shared-unreadable = 无法共享：{ $names }。
    .hint = 没有读取权限，请联系所有者。
not-shared-special = 无法共享：{ $names }。
    .hint = 只能共享文件和文件夹。
not-shared-name = 无法共享：{ $names }。
    .hint = 只有不含控制字符的有效 UTF-8 名称才能传输。请改名后重新拖入。
one-more-name = { $names }、{ $name }
names-and-more = { $names } 等，另有 { $count } 项
opened-is-gone = “{ $path }”已不存在。
    .hint = 它可能已被移动、重命名或删除。
no-program-opens = 没有找到可以打开“{ $path }”的程序。
    .hint = 请安装能打开这类文件的程序。
open-failed = 无法打开“{ $path }”（{ $why }）。
    .hint = 请尝试在文件管理器中打开它。
no-thread = 这台电脑无法再运行新的任务。
    .hint = 请关闭其他程序，然后重试。
settings-not-read = 无法读取设置，已改用默认设置。
    .hint = 旧文件保留为 settings.unreadable.json。
settings-not-saved = 无法保存设置：{ $why }。
    .hint = 当前设置只在关闭 Landline 之前有效。
downloads-not-read = 无法读取下载列表，已换成空列表。
    .hint = 旧列表保留为 downloads.unreadable.json。
downloads-not-saved = 无法保存下载列表：{ $why }。
    .hint = 关闭 Landline 后，当前列表将会丢失。
downloads-elsewhere = 已有另一个 Landline 窗口打开，下载列表由它保存。
    .hint = 这里也能下载，但关闭窗口后，这个窗口的下载列表会丢失。
why-awake = 正在传输文件

### 窗口：服务器
shared-folder = 共享文件夹
start-sharing = 开始共享
stop-sharing = 停止共享
no-folder = 请先选择文件夹。
    .hint = 可以填写路径、点“浏览”，或把文件夹拖到窗口上。
drop-a-folder = 把文件夹拖到这里
what-sharing-does =
    同一网络中的人就可以下载其中的文件：
    用 Landline、浏览器，或十行 Python 代码都行。
starting = 正在启动…
stopping = 正在停止…
counting-files = 正在共享，正在统计文件…
sharing-many-files = 正在共享超过 { $count } 个文件
no-network = 没有网络：只有这台电脑能访问
copy = 复制
cut-text = 剪切
paste-text = 粘贴
select-all = 全选
copy-all = 全部复制
copy-error = 复制错误信息
copy-log = 复制全部日志
copy-notice = 复制此通知
copy-address = 复制 { $address }
more-addresses = 再显示 { $count } 个地址
fewer-addresses = 收起地址
reach-ipv6 = IPv6 地址
reach-public = 互联网
reach-vpn = VPN
reach-container = 容器
reach-link-local = 链路本地
reach-loopback = 仅限这台电脑
transfers = 传输
nobody-yet = 没有人在下载
how-to-reach =
    把上面的地址告诉对方：可以用浏览器打开，
    也可以填到 Landline 客户端的“主机”中。
    手机可以扫描二维码。
done = 已完成
log = 日志
show-log = 查看日志
create-folder = 创建文件夹
share-its-folder = 共享它所在的文件夹
share-only-it = 只共享这个文件
use-port = 使用端口 { $port }
more-lines = 显示更多
divider-hint = 拖动可调整高度，双击恢复默认
files-divider = 文件与下载之间的分隔条
log-divider = 传输与日志之间的分隔条
fewer-lines = 显示更少
nothing-happened = 还没有收到任何请求。
answer-messages = 自动回复消息
usual-answer = thanks
what-answering-does = 显示原始 TCP 客户端发来的消息并自动回复。请求的文件不存在时，对方收到的也是这条回复。
sockets = 连接
show-sockets = 显示连接
hide-sockets = 隐藏连接
sockets-unsupported = 此系统不支持。
sockets-failed = 系统未列出连接：{ $why }。
socket-pair = { $local } → { $peer }
socket-backlog = { $count } 个等待接受
socket-queues = 未读 { $receive } · 未确认 { $send }
socket-time-left = 剩余 { $secs } 秒
keep-the-line-open = 保持连接
what-keeping-open-does = 首次应答后不挂断，直到一方挂断为止
rule-any = 任何消息
rule-equals = 等于
rule-contains = 包含
rule-contains-hex = 包含（十六进制）
rule-echo = 原样返回
rule-add = 添加规则
rule-when = 规则 { $number }，消息
rule-what = 规则 { $number }，消息内容
rule-reply = 规则 { $number }，应答方式
rule-answer = 规则 { $number }，应答内容
rule-up = 上移规则 { $number }
rule-down = 下移规则 { $number }
rule-remove = 移除规则 { $number }
rule-incomplete = 此规则填写完整后才会应答。

### 窗口：客户端
host = 主机
host-hint = 192.168.1.5
file-name = 文件名
file-name-hint = film.mkv 或 photos/
save-to = 保存到
download = 下载
ask-over = 协议
automatic = 自动
only-raw = 原始 TCP
send = 发送
you = 我
downloads = 下载
what-to-type =
    在上面填写主机并按回车键，查看它共享的文件；
    也可以直接填写对方的文件名，再点“下载”。
no-host = 请先填写主机。
    .hint = 就是对方电脑的“服务器”页上显示的地址。
no-file-name = 请先填写文件名。
    .hint = 就是对方共享的文件夹中某个文件或文件夹的名称。
downloading-already = “{ $name }”已经在下载了。
    .hint = 请看下面的列表。
no-save-to = 请先选择保存位置。
    .hint = 可以填写文件夹的路径，或点“浏览”。
links-pasted = 找到 { $count } 个链接。
    .hint = { $names }
download-links = { $count ->
    [2] 下载这两个
   *[other] 下载全部 { $count } 个
}
forget-links = 不下载这些链接
clear-finished = 清除已完成项
pause = 暂停
pause-file = 暂停 { $name }
resume = 继续
resume-file = 继续 { $name }
remove = 移除
remove-file = 移除 { $name }
remove-deletes-part = 从列表中移除，并删除磁盘上已收到的部分
remove-from-list = 从列表中移除
remove-keeps-files = 从列表中移除，已收到的文件会保留
paused = 已暂停
interrupted = 已中断
trying-again-in = { $secs } 秒后重试
trying-again = 正在重试…
saved = 已保存
skipped = 已跳过
nothing-fetched = 已有相同的文件，无需下载
digest-checked = 校验通过（SHA-256）
length-checked = 长度一致
saved-not-checked = 已保存，未校验
length-unknown = 长度未知，未校验：如果连接曾断开，文件不完整
files = { $count } 个文件
files-of = { $done } / { $total } 个文件
files-so-far = { $done } / { $total } 个文件（仍在统计）
and-failed = { $files } · { $failed } 个失败
incomplete = 不完整
not-whole = 有内容未能下载。重新下载可查看是哪些。
files-saved = 已保存 { $done } / { $total } 个文件，{ $failed } 个失败
retry-failed = 重试失败的文件
retry-failed-file = 重试 { $name } 中失败的文件
show-failed-files = 显示 { $count } 个失败的文件
show-failed-files-of = 显示 { $name } 中 { $count } 个失败的文件
hide-failed-files = 收起失败的文件
hide-failed-files-of = 收起 { $name } 中失败的文件
and-others = 还有 { $count } 个
open = 打开
open-file = 打开 { $name }
show-in-folder = 在文件夹中显示
show-file-in-folder = 在文件夹中显示 { $name }

### 窗口：通话
call = 呼叫
what-a-call-does = 连接此主机的原始 TCP 服务器，互发消息
call-back = 返回列表
call-more = 更多操作
calls = 通话
call-answer-all = 回复所有人
call-hang-up-all = 全部挂断
call-to-all = 发给全部 { $count } 个呼叫方
call-row = 与 { $peer } 的通话，{ $state }
call-row-said = 与 { $peer } 的通话，{ $state }：{ $last }
call-hang-up-on = 挂断与 { $peer } 的通话
call-remove-this = 移除与 { $peer } 的通话
call-open-it = 打开
count-calls = { $count } 个通话
call-peer = { $host } 端口 { $port }
call-hang-up = 挂断
call-again = 再次呼叫
call-stop-sending = 停止发送（半关闭）
call-reset-it = 复位连接（RST）
call-send-file = 发送文件…
call-repeat = 重复发送
call-join = 合并显示分段
call-split = 逐段显示
call-save = 保存对话…
call-file-name = 与 { $host } 的通话
call-not-saved = 无法将对话保存为 { $path }：{ $why }。
call-remove = 从列表中移除
call-connecting = 正在连接…
call-open = 已连接
call-connected = 已连接 { $time }
call-half-closed = 半关闭
what-half-closed-means = 一方已挂断（FIN），另一方仍可发送。
call-hangs-up = 正在挂断
call-hanging-up = 等待对方挂断
call-ended = 已结束
call-ended-after = 已结束，历时 { $time }
call-was-reset = 已复位
call-text = 要发送的内容
call-hint = 说点什么
call-hint-stopped = 您已停止发送
call-hint-over = 通话已结束
call-type-as = 输入和显示方式
call-as-text = 文本
call-as-hex = 十六进制
call-encoding = 编码
call-line-feed = 末尾加换行符
call-interval = 间隔（毫秒）
call-start-repeating = 开始重复
call-stop-repeating = 停止重复
call-bad-interval = 请输入毫秒数，至少为 { $least }。
call-not-hex = “{ $character }”不是十六进制数字。
call-half-hex = 每个字节需要两位十六进制数字（例如 0D 0A），“{ $digit }”只有一位。
call-not-in-gbk = GBK 中没有“{ $character }”，请选择 UTF-8 发送。
call-millis = { $millis } 毫秒
call-event = { $time } · { $what }
call-connected-in = 已连接，用时 { $time }
call-accepted = 已接听
call-own-fin = 您已挂断（FIN）
call-peer-fin = 对方已挂断（FIN）
call-peer-fin-can-send = 对方已挂断（FIN），您仍可发送
call-own-reset = 您已复位连接（RST）
call-peer-reset = 对方已复位连接（RST）
call-file = 正在发送 { $name }（{ $size }）
call-dropped = 更早的 { $count } 条不再显示
call-more-bytes = 另有 { $count } 字节
call-bytes = { $count } 字节
call-pieces = { $count } 段
call-automatic = 自动
call-arrived = 已送达
call-later = { $time }后

### 窗口：查看其他电脑
files-on = { $host } 上的文件
refresh = 刷新
filter = 筛选
items = { $count } 项
items-of = { $all } 项中的 { $count } 项
download-this-folder = 下载整个文件夹
copy-links = 复制链接
copy-name = 复制名称
copy-error-text = 复制错误信息
download-again = 重新下载
copy-names = 复制名称
clear-filter = 清除筛选
chosen = 已选择 { $count } 项
chosen-size = 已选择 { $count } 项 · { $size }
asking = 正在读取文件列表…
empty-folder = 这个文件夹是空的
nothing-found = 没有名称包含“{ $filter }”的项目
folder-cut = 只显示前 { $count } 项。
index-page = 服务器显示的是网页，而不是文件列表。只列出了它链接的内容。
nameless = 有 { $count } 个文件或文件夹的名称无法传输。
folder-above = 上一级文件夹
go-to-folder = 转到 { $name }
name = 名称
size = 大小
modified = 修改时间
sort-by-name = 按名称排序
sort-by-size = 按大小排序
sort-by-modified = 按修改时间排序
what-host-is = 另一台电脑的名称或地址
what-server-is = 共享文件夹
what-client-is = 从另一台电脑下载
folder = 文件夹
show-its-files = 查看它的文件
key-enter = Enter
look-at-host = 查看 { $host } 上的文件
more-options = 更多选项
fewer-options = 收起选项
tip = { $text }（{ $keys }）

### 窗口：设置
choice = { $about }：{ $choice }
close-settings = 关闭设置
window = 界面
language = 语言
language-system = 跟随系统
language-english = English
language-chinese = 中文
text-size = 界面缩放
percent = { $percent }%
smaller = 缩小
larger = 放大
sharing = 共享
port-of-share = 共享端口
port-while-sharing = 停止共享后才能更改
start-at-login = 登录时启动 Landline
autostart-failed = 无法读取或更改“登录时启动 Landline”：{ $why }。
    .hint = 可在系统设置中把 Landline 加入开机启动项。
share-at-launch = 打开 Landline 时自动开始共享
at-once = 同时下载数
fewer-at-once = 减少同时下载的数量
more-at-once = 增加同时下载的数量
about = 关于
version = Landline { $version }
license = 自由软件：{ $license }
show-log-files = 打开日志文件夹

### 窗口：确认
share-instead = 改为共享“{ $folder }”？
    .hint = 现在共享的是“{ $now }”，正在进行的传输会被中断。
share-it = 改为共享
keep-sharing = 保持不变
close-now = 现在关闭 Landline 吗？
    .hint = { $downloads ->
        [0] {""}
       *[other] { $downloads } 个下载会暂停，下次可以继续。
    }{ $uploads ->
        [0] {""}
       *[other] 与其他电脑的 { $uploads } 个传输会被中断。
    }{ $sending ->
        [0] {""}
       *[other] 正在发送的文件会停止发送；已经送到的会留在那边。
    }
close = 关闭
keep-open = 取消
drop-to-share = 松开即可共享
drop-on-client = 松开后，文件夹会用作保存位置，文件会被共享

### 已结束的下载和窗口标题
file-is-here = { $name } 已下载
folder-is-here-in-part = { $name } 已下载，但缺少 { $failed } 个文件
folder-is-here-not-whole = { $name } 已下载，但内容不完整
downloads-are-here = { $count } 个下载已完成
download-failed = { $name } 下载失败
downloads-failed = { $failed } 个下载失败，共 { $count } 个
downloads-partly-failed = { $count } 个下载中已保存 { $done } 个，{ $failed } 个失败
saved-in = 已保存到 { $folder }
transfers-are-over = { $count } 个传输已完成
transfers-failed = { $failed } 个传输失败，共 { $count } 个
transfers-partly-failed = { $count } 个传输中已完成 { $done } 个，{ $failed } 个失败
rows-say-why = 详情见“客户端”页的列表。
percent-title = { $percent }% - Landline

### 查看其他电脑上的文件夹
no-listing-root = { $host } 不提供文件列表。
    .hint = 请填写已知的文件名。
no-such-folder = { $host } 上没有文件夹“{ $name }”。
    .hint = 它可能已被移走或删除。注意区分大小写。
raw-only = { $host } 是原始 TCP 服务器，不提供文件列表。
    .hint = 请直接填写文件名。
listing-cut = 读取 { $host } 的文件列表时连接断开了。
    .hint = 请检查那台电脑是否还在运行、是否还连着网络，然后重试。
listing-crashed = Landline 内部出错，没能读取 { $host } 的文件列表。
    .hint = 请重试；详情见日志。

### 共享拖入的内容
selected-files = { $folder } 中的 { $count } 个文件
selected-things = { $folder } 中的 { $count } 项
only-this-is-shared = 将只共享：{ $what }。
    .hint = 别人看不到“{ $folder }”中的其他内容，也无法下载。
share-whole = 共享整个文件夹
share-whole-counted = 共享整个文件夹（{ $count } 个文件）
share-whole-many = 共享整个文件夹（超过 { $count } 个文件）
counting-its-files = 正在统计其中的文件
do-not-share = 不共享 { $what }
shared-already = 已在共享：{ $what }
copy-link = 复制链接
copy-link-of = 复制 { $name } 的链接
show-what-came = 在文件夹中显示下载的内容
copied = 已复制

### 时间
took-no-time = 不到 1 毫秒
took-ms = { $ms } 毫秒
took-secs = { $secs } 秒
today-at = 今天 { $time }
yesterday-at = 昨天 { $time }
day-of-this-year = { $month }月{ $day }日
day-of-another-year = { $year }年{ $month }月{ $day }日

### 传输列表的各行
hung-up = 对方已停止接收
save-elsewhere = 其他文件夹…
save-elsewhere-file = 把 { $name } 保存到其他文件夹
try-now = 立即重试
try-now-file = 立即重试 { $name }
download-near = 下载 { $name }
count-interrupted = { $count } 个已中断
count-paused = { $count } 个已暂停
count-failed = { $count } 个失败
show-failed = 查看第一个失败项
pause-all = 全部暂停
resume-all = 全部继续
together = 已完成 { $over } / { $count } 个
progress-of-all = 全部传输的进度
graph-of = { $name } 最近一分钟的速度
saved-digest-checked = 已保存 · SHA-256 校验通过
what-digest-says = 与对方电脑上的文件逐字节一致
saved-length-checked = 已保存 · 长度一致
what-length-says = 长度与对方给出的一致；对方没有提供用于校验内容的 SHA-256
no-room = 磁盘已满
cannot-save = 无法保存
from-host = 来自 { $host }
to-host = 发往 { $host }
took = 用时 { $time }，{ $rate }
double-click-opens = 双击打开
with-key = { $what }（{ $key }）
key-delete = Delete
copy-list = 复制列表
copy-list-of = 复制 { $name } 中失败文件的列表
files-gone = 已不存在
files-cut = 连接断开
files-damaged = 传输中受损
files-changing = 下载时一直在变化
files-denied = 对方拒绝访问
files-unsent = 对方未能发送
files-unsaved = 无法保存到这里
files-unnameable = 文件名无法在这里使用

### 读屏软件
dismiss-notice = 关闭此通知
hosts-used-before = 最近使用的主机
forget-host = 从列表中移除 { $host }

### 传输所用的连接：时序图
state-closed = 关闭
state-listen = 监听
state-syn-sent = 同步已发送
state-syn-received = 同步收到
state-established = 已建立连接
state-fin-wait-1 = 终止等待 1
state-fin-wait-2 = 终止等待 2
state-close-wait = 关闭等待
state-closing = 正在关闭
state-last-ack = 最后确认
state-time-wait = 时间等待
ack-window-full = ACK，窗口已满
segment-bytes = { $count } 字节
segment-bytes-ack = { $count } 字节，ACK
segment-unacknowledged = 未确认（{ $count } 个）
segment-again = 超时重传
segments = { $count } 个报文段
segments-and-again = { $segments } 个报文段，重传 { $again } 个
data-right = 数据 { $size } →
data-left = ← 数据 { $size }
heading-open = 接通：三次握手
heading-open-short = 三次握手
heading-not-opened = 没有接通
heading-close = 挂断：四次挥手
heading-close-short = 四次挥手
heading-close-to-come = 挂断：四次挥手（尚未开始）
heading-close-to-come-short = 四次挥手（尚未开始）
when-you-hang-up = 本机挂断时
when-peer-hangs-up = 对方挂断时
heading-reset = 中断：复位
why-third-ack = 为什么客户端最后还要发送一次确认？
why-third-ack-answer = 防止已经失效的连接请求报文突然又传送到服务器，从而产生错误。滞留在网络中的 SYN 可能在连接早已释放之后才到达，服务器照样回复；但客户端并没有请求连接，不会再发出确认。服务器收不到第三次的 ACK，就知道对方没有请求连接。
why-not-opened = 为什么没有接通？
why-not-opened-answer = 用 RST 回答 SYN，说明那个端口上没有程序在监听。完全没有应答，说明对方没有开机，或防火墙丢弃了 SYN；系统会超时重传几次，然后放弃。
why-four-steps = 为什么关闭连接是四次挥手？
why-four-steps-answer = TCP 连接是全双工的，每个方向都必须单独关闭。FIN 只表示“我没有数据要发送了”。对方立即用 ACK 确认，但自己的数据未必发送完（半关闭），所以它的 FIN 要晚一些再发，ACK 和 FIN 是两个报文段。而握手时，SYN 和 ACK 可以放在一个报文里发送。
what-is-a-reset = 什么是复位？
what-is-a-reset-answer = RST 不经过四次挥手，立即中断连接：还在路上的数据被丢弃，也没有 TIME-WAIT。程序没有读完数据就退出，或收到的报文段不属于任何连接时，系统会发送 RST。
why-two-msl = 为什么要等待 2MSL？
why-two-msl-answer = MSL 是最长报文段寿命。第一，最后一个 ACK 可能丢失，对方会重传 FIN，在 2MSL 内还能再次确认。第二，经过 2MSL，本连接产生的所有报文段都从网络中消失，使用相同端口的新连接不会把它们误认为自己的。
note-server-inferred = 服务器一侧的状态，由本机收发的报文段推断。
note-client-inferred = 客户端一侧的状态，由本机收发的报文段推断。
note-both-inferred = 这些状态由 Landline 的收发推断。
note-handshake-untimed = 时刻 0 是接受连接的时刻，三次握手在此之前完成。
note-end-not-seen = “未观察到”：系统已不再列出这个连接，没有人知道这些报文段是否发送过。
note-letters = 序号是相对值：u 等于已发送的字节数加 1。
note-letters-first = 序号是相对值：u = { $u }，等于已发送的字节数加 1。
note-letters-second = 序号是相对值：w = { $w }，等于已发送的字节数加 1。
note-letters-both = 序号是相对值：u = { $u }，w = { $w }，等于各自已发送的字节数加 1。
spoken-at = { $time }：{ $what }
spoken-to-come = 尚未发生：{ $what }
spoken-data = { $from } 发送的数据 { $size }
spoken-enters = { $who } 进入 { $state }
spoken-not-seen = { $from } 发送 { $what }（未观察到）
spoken-segment = { $from } 发送 { $what }
spoken-two = { $first }；{ $second }
this-computer = 本机
role-client = （客户端）
role-server = （服务器）
later = { $time } 后
messages-omitted = 之前还有 { $count } 条消息
now = 现在
two-msl = 等待 2MSL
time-wait-over = 已等满 2MSL
time-wait-left = TIME-WAIT，还剩 { $secs } 秒
time-wait-short = 还剩 { $secs } 秒
time-wait-of = 还剩 { $secs } 秒（2·MSL = { $whole } 秒）
time-wait-why = 最后的 ACK 万一丢失，还能重发一次。
not-seen = { $what } · 未观察到
sequence-diagram = 与 { $peer } 的连接的时序图
explain = 解释：{ $term }

### 传输所用的连接：页面
show-line = 查看连接
show-line-of = 查看 { $name } 的连接
back-to-the-list = 返回列表
peer-and-port = { $peer } 端口 { $port }
choose-connection = 选择 { $count } 个连接之一
connection-open = 端口 { $port } · { $size } · 已接通
connection-closed = 端口 { $port } · { $size } · 已关闭
not-sharing = 未在共享
line-not-yet = 还没有连接
line-not-yet-why = 传输尚未开始连接，正在排队。
line-unknown = 不了解这个连接
line-unknown-why = 它是 Landline 上次启动之前的连接，或者没有建立过连接。
line-refused = { $peer } 拒绝了连接
line-refused-why = 它用 RST 回答了 SYN：端口 { $port } 上没有程序在监听。
line-no-answer = { $peer } 没有应答
line-no-answer-why = SYN 重传了几次，端口 { $port } 没有任何回应。
line-none = 没有连接
line-none-why = 传输在连接之前就结束了。
end-sender = 发送方
end-network = 网络
end-receiver = 接收方
fact-state = 状态
fact-state-now = { $state }：{ $meaning }。
fact-state-about = 本机这一端所处的状态，两端的状态不一定相同。{ $now }
fact-round-trip = 往返时间
fact-round-trip-about = 从发出报文段到收到确认的时间（RTT），超时重传的定时器由它推算。如果远大于最短值，说明报文段在网络中某处排队。
fact-sent = 已发送
fact-sent-acked = 已发送 / 已确认
fact-sent-about = 本机发送的字节数，以及对方已用 ACK 确认的字节数。TCP 采用发送应答机制：没有得到确认的数据都要保留，以便超时重传。两者之差就是在途数据。
fact-received = 收到
fact-received-about = 按序到达并由 Landline 读取的字节数。每个报文段都要用 ACK 确认；序号保证数据按序接收，重复的会被舍弃。
fact-retransmitted = 重传
fact-retransmitted-about = 在定时时间内没有收到确认，或后面的报文段先得到确认，因而重新发送的报文段（超时重传）。网络良好时为 0；超过 1% 时传输会明显变慢。
fact-out-of-order = 乱序到达
fact-out-of-order-about = 比前面的报文段先到达的报文段。TCP 先保留它们，再等待缺少的部分。数量多说明网络丢包，而丢了多少只有发送方知道。
fact-peer-window = 对方接收窗口
fact-own-window = 本机接收窗口
fact-window-about = 流量控制：接收方在每个 ACK 中说明还能接收多少字节，避免发送方发送得过快而来不及收下。程序读取太慢时窗口变满，发送方只能等待。
fact-congestion = 拥塞窗口
fact-congestion-about = 拥塞控制：发送方允许自己同时在途的报文段数量，以免网络过载。收到确认时增大，丢包时减小。实际发送量取它和接收窗口中较小的一个。
fact-segment-size = 报文段大小
fact-segment-size-about = 一个报文段最多携带的数据（MSS），双方在 SYN 中告知对方。以太网上通常是 1,448 或 1,460 字节，使一个报文段正好放进一个帧。
fact-delivery-rate = 送达速率
fact-rate-about = 实际测得的每秒字节数。系统由 ACK 推算送达速率；应用程序停顿时，实际速率会更低。
fact-own-port = 本机端口
fact-own-port-about = 本机这一端的端口，由系统在建立连接时选择。两端的地址和端口合在一起，唯一确定一个连接。
fact-hung-up = 先挂断的一方
fact-hung-up-about = 先发送 FIN 的一方。之后它要在 TIME-WAIT（时间等待）状态停留 2MSL，另一方则立即关闭。
fact-reset = 复位的一方
round-trip-and-min = { $now }，最短 { $min }
sent-and-acked = { $sent } / { $acked }
sent-all-acked = { $sent }，全部已确认
sent-in-flight = { $sent }，在途 { $flying }
segments-share = { $count } 个报文段（{ $share }%）
window-full = { $size }，已用满
window-free = { $size }，没有用满
exact-bytes = { $count } 字节
hung-up-both = 双方同时
the-server = 服务器（{ $peer }）
the-client = 客户端（{ $peer }）
millis = { $ms } 毫秒
plot-rate = 速率
plot-window = 接收窗口
plot-of = 最近一分钟的{ $term }
now-and-max = { $now }，最大 { $max }
secs-ago = { $secs } 秒前
where-time-went = { $time }用在哪里
part-connecting = 接通
part-request = 等待请求
part-first-byte = 等对方开始发送
part-data = 传输数据
part-hanging-up = 挂断
figures-missing = 本系统不提供 TCP 自身的数据，例如往返时间和窗口。
figures-too-late = 系统的数据（往返时间、窗口、重传）只有在传输过程中打开本页才能得到。

### 一次下载很多文件
downloads-going-already = { $count } 个下载已在进行中。
    .hint = 请看下面的列表。
too-many-chosen = 已选择 { $count } 项，一次最多下载 { $most } 项。
    .hint = 请改为下载整个文件夹：它算作一个下载。
too-many-links = 粘贴了 { $count } 个链接，一次最多下载 { $most } 个。
    .hint = 请分几次粘贴。

### 恶意或有问题的服务器上的文件夹
path-too-long = “{ $name }”的名称或路径太长。
    .hint = 请在对方电脑上改名，或直接下载它所在的文件夹。
too-many-found = { $host } 上的“{ $name }”包含的项目太多：已找到 { $count } 个文件和文件夹。
    .hint = 其中可能有文件夹指向自身。请逐个下载其中的文件夹。
too-many-namesakes = “{ $name }”中有太多文件和文件夹在这台电脑上会重名，其中 { $count } 个没有下载。
    .hint = 请在对方电脑上改名，或逐个下载。

### 本机的防火墙
firewall-may-block = 防火墙（{ $name }）可能会阻止其他电脑访问。
    .hint = 要允许访问，请在终端中运行：{ $command }
copy-command = 复制命令
firewall-public = Windows 将这个网络视为公用网络，可能会阻止其他电脑访问。
    .hint = 在家里或单位，请在“设置”>“网络和 Internet”>“属性”中选择“专用网络”。

### Windows 无法保存的名称
not-storable = 这台电脑上的文件不能命名为“{ $name }”。
    .hint = 请换一个名称。

### 命令行
help-usage = 用法：{ $usage }
help-commands = 命令
help-arguments = 参数
help-options = 选项
wrong-option = 这里不应出现“{ $option }”。
    .hint = 请运行 landline --help 查看用法。
wrong-command = 没有命令“{ $command }”。
    .hint = 请运行 landline --help 查看全部命令。
wrong-value = “{ $value }”不是 { $option } 的有效值。
    .hint = 请运行 landline --help 查看用法。
missing-arguments = 缺少参数：{ $arguments }。
    .hint = 请运行 landline --help 查看用法。
conflicting-options = { $option } 不能与 { $other } 同时使用。
help-default = [默认：{ $default }]
help-help = 显示帮助；-h 显示摘要
help-version = 显示版本
help-of-help = 显示本帮助，或某个命令的帮助
help-landline = 在局域网中共享文件夹；填写主机和文件名即可下载，也可以发送文件
help-landline-more =
    在局域网中共享文件夹；填写主机和文件名即可下载，也可以发送文件。

    不带命令运行时打开窗口。
help-serve = 共享一个文件夹，直到按下 Ctrl-C
help-serve-more =
    共享一个文件夹，直到按下 Ctrl-C。

    先逐行列出别人可以使用的地址，最合适的在最前；之后每个请求输出一行。
    对方可以用任何浏览器、curl 或十行 Python 代码下载。

    加上 --receive 后，别人也可以发送文件；再加上 --localsend，装有 LocalSend 应用的手机和电脑也可以发送，应用的列表中会出现这台电脑。
    发来的内容不经询问就会接收；除非允许网络上的所有人发送，否则请设置密码。应用会要求输入 PIN 码，也就是这个密码。
help-serve-dir = 要共享的文件夹
help-serve-port = 监听的端口；0 表示自动选择空闲端口
help-serve-bind = 只监听这个地址，而不是这台电脑的全部地址
help-serve-hidden = 同时共享名称以点开头的文件和文件夹
help-serve-answer =
    把与共享文件都不匹配的原始 TCP 请求
    显示为消息，并用 TEXT 回复
help-serve-keep-open = 回复后保持连接，并继续回复
help-serve-allow-host =
    也接受发往这个主机名的 HTTP 请求；
    IP 地址、本地名称和这台电脑自己的名称始终可用
help-get = 下载文件，或整个文件夹
help-get-more =
    下载文件，或整个文件夹。

    landline get 192.168.1.5 film.mkv
    landline get 192.168.1.5 photos/
    landline get http://192.168.1.5:8080/film.mkv
    landline get http://192.168.1.5:8080

    下载中断后，再次运行同一条命令即可继续。
help-get-host =
    要从哪台电脑下载（192.168.1.5、ann-pc、[fd00::5]:8080），
    或一个网址。不带路径的网址会下载对方共享的全部内容。
help-get-name =
    那台电脑上的文件或文件夹名称，各级之间用 / 分隔。
    单独一个 / 表示全部内容。使用网址时不能填写。
help-port = 那台电脑的端口；HOST 中没有写明时为 8080
help-get-output =
    保存为这个文件名，不作任何改动。设备和命名管道会直接写入；
    - 表示标准输出。
help-get-dir = 保存到这个文件夹，而不是当前文件夹
help-get-exists = 已有同名文件时的处理方式
help-keep = 都保留
help-skip =
    文件相同（大小一致，且日期或已知的摘要一致）时跳过，
    否则都保留
help-overwrite = 新文件完整收到后，替换原文件
help-get-http = 只使用 HTTP
help-serve-explain = 对超过 5 秒的传输，在标准错误中报告它受什么限制
help-get-explain = 结束时在标准错误中报告下载受什么限制
help-get-raw =
    只使用原始 TCP 协议：只发送文件名，
    然后读取到连接关闭为止
help-say = 通过原始 TCP 连接发送一条消息并显示回复，或进行通话
help-say-more =
    通过原始 TCP 连接发送一条消息并显示回复，或进行通话。

    landline say 192.168.1.5 "are u ok?"
    landline say 192.168.1.5

    不带消息时，输入的每一行会立即发送，
    收到的回复会立即显示。
    按 Ctrl-D 停止发送（半关闭），按 Ctrl-C 挂断。
help-say-host = 接收消息的电脑
help-say-text = 消息内容；不写则进行通话
help-say-hex =
    消息和回复都用十六进制表示：E4 BD A0。
    通话时，每次 recv 收到的内容单独显示一行
help-say-encoding = 连接上文字的编码
help-say-line-end = 发送时每行末尾附加的换行符

### 套接字列表（landline lines）
help-lines = 列出某个端口的 TCP 套接字及其状态
help-lines-more =
    列出本机上任意一端使用该端口的 TCP 套接字及其状态。

    接收队列是已经到达、但程序还没有读取的字节数；
    发送队列是已经发送、但对方还没有确认的字节数。
    对监听套接字来说，接收队列是等待 accept 的连接数，
    发送队列是最多可以等待的连接数。
    重传是重新发送的报文段数，剩余是 TIME-WAIT（2MSL）还剩的时间。

    使用 --json 时输出一个数组，每个套接字一个对象；
    系统没有提供的值为 null。对象的键：

    state, local_address, local_port, peer_address, peer_port,
    receive_queue_bytes, send_queue_bytes,
    waiting_connections, backlog_connections, time_wait_left_ms,
    rtt_ms, min_rtt_ms, sent_bytes, acknowledged_bytes, received_bytes, retransmitted_bytes,
    sent_segments, received_segments, retransmitted_segments,
    segment_size_bytes, congestion_window_segments, peer_window_bytes, own_window_bytes,
    delivery_rate_bytes_per_s, is_app_limited, busy_ms, window_limited_ms, buffer_limited_ms
help-lines-port = 端口号（任意一端）
help-lines-json = 以 JSON 格式输出
lines-state = 状态
lines-local = 本机
lines-peer = 对方
lines-receive-queue = 接收队列
lines-send-queue = 发送队列
lines-rtt = 往返时间 (ms)
lines-retransmitted = 重传
lines-left = 剩余 (s)
lines-none = 本机没有使用端口 { $port } 的 TCP 套接字。
lines-unsupported = Landline 无法在此系统上列出 TCP 套接字。
    .hint = 可以试试 netstat -an。
lines-failed = 系统没有列出 TCP 套接字：{ $reason }。

### 传输受什么限制
verdict-measuring = 正在测量…
verdict-too-short = 传输太短，无法判断受什么限制
verdict-full-speed = 一切正常：线路已用满
verdict-full-speed-line = 平均 { $rate }，已接近 { $line } 线路的上限。{ $lost }
verdict-full-speed-rate = 平均 { $rate }。{ $lost }
verdict-receiver = 瓶颈在接收方：它的磁盘或程序读取太慢
verdict-receiver-detail = { $span }它的接收窗口有 { $share } 的时间是满的（流量控制）。{ $lost }
verdict-receiver-small = 瓶颈在接收方：它的接收窗口太小
verdict-receiver-small-detail = { $span }它 { $window } 的接收窗口有 { $share } 的时间是满的（流量控制）。{ $lost }
verdict-own-window = 瓶颈在本机：接收窗口太小
verdict-own-window-detail = 每个往返时间内，服务器最多只能发送 { $window }。
verdict-disk-read = 瓶颈在本机：磁盘读取太慢
verdict-disk-write = 瓶颈在本机：磁盘写入太慢
verdict-disk-detail = { $span }有 { $share } 的时间在等待磁盘。
verdict-output = 瓶颈在本机：取走数据的程序太慢
verdict-output-detail = { $span }有 { $share } 的时间在等待它。
verdict-hasher = 瓶颈在本机：校验比接收更慢
verdict-hasher-detail = { $span }有 { $share } 的时间在计算 SHA-256。
verdict-program = 瓶颈在本机：它太忙，跟不上
verdict-program-sends = { $span }有 { $share } 的时间本机没有发送，线路空闲。
verdict-program-receives = { $span }有 { $share } 的时间来不及取走已到达的数据。
verdict-send-buffer = 瓶颈在本机：发送缓冲区太小
verdict-send-buffer-detail = { $span }有 { $share } 的时间，缓冲区里的数据都已发出，却放不下更多数据。
verdict-loss = 瓶颈在网络：有丢包
verdict-loss-detail = { $share } 的报文段需要重传；每次丢包后，TCP 都会放慢发送。
verdict-loss-order = { $share } 的报文段没有按序到达，说明有丢包；每次丢包后，TCP 都会放慢发送。
verdict-network = 瓶颈在网络：它的速度是 { $rate }
verdict-network-queue = 网络中已有数据在排队：往返时间为 { $now }，最短时只有 { $best }。{ $lost }
verdict-network-detail = 两端都没有让对方等待。{ $lost }
verdict-server = 瓶颈在服务器：它断断续续地发送
verdict-server-detail = { $span }有 { $share } 的时间处在长时间的停顿中。平均收到 { $rate }。
verdict-stalled-reading = 接收方已停止读取
verdict-stalled-reading-detail = 它的接收窗口已经满了 { $time }。
verdict-stalled-acknowledging = 对方已没有响应
verdict-stalled-acknowledging-detail = 已有 { $time }没有收到应答，网络可能已中断。
verdict-stalled-sending = 数据不再到达
verdict-stalled-sending-detail = 服务器已有 { $time }没有发送数据，或者网络已中断。
verdict-elsewhere-sends = 瓶颈在接收方或网络
verdict-elsewhere-sends-detail = 两者合起来的速度是 { $rate }；{ $span }本机有 { $share } 的时间在等待，无法判断哪一个更慢。
verdict-elsewhere-receives = 瓶颈在服务器或网络
verdict-elsewhere-receives-detail = 两者合起来的速度是 { $rate }；{ $span }本机有 { $share } 的时间在等待，无法判断哪一个更慢。
verdict-requests = 瓶颈在于文件数量
verdict-requests-detail = { $span }有 { $share } 的时间线路空闲：请求小文件比传输它们更费时间。
verdict-reset-own = 本机切断了连接
verdict-reset-other = 对方复位了连接
verdict-reset-detail = 连接在 { $time }后被切断，数据没有传完。
verdict-line = { $title }。{ $detail }
verdict-title-only = { $title }。
share-of = { $percent }%
share-of-tenths = { $percent }.{ $tenths }%
span-last = 最近 { $secs } 秒里，
span-whole = 整个过程中，
lost-nothing = 没有丢包，也没有重传。
lost-segments = 重传了 { $count } 个报文段。
lost-order = 有 { $count } 个报文段没有按序到达。
round-trip-ms = { $ms } 毫秒
verdict-of-upload = 将“{ $name }”发送到 { $host }：{ $finding }

## Receiving (Server tab, requests to send, rows)
start-to-receive = 开始共享后即可接收文件
what-receiving-does =
    之后，他人可以用 Landline，
    或者用手机等设备的浏览器，向您发送文件。
nothing-received = 没有人在发送文件
how-to-send =
    他人可以用浏览器打开此地址或扫描二维码，
    然后选择要发送的文件。
nothing-transferred = 没有人在下载或发送
visible-nearby-as = 附近可见，名称为“{ $name }”
page-received = { $count ->
    [0] 没有发送任何文件。
   *[other] 已发送 { $count } 个文件。
}
page-back = 返回
help-serve-receive = 同时接收他人发送的文件（curl -T、浏览器、landline send），保存到这个已存在的文件夹；绝不替换已有文件
help-serve-localsend = 同时接收 LocalSend 设备发来的内容，应用的列表中会出现这台电脑：文件保存到 --receive 指定的文件夹，文字直接输出
help-serve-localsend-port = LocalSend 使用的端口，默认为 53317，若已被占用则为空闲端口；0 表示自动选择空闲端口
help-serve-drop-only = 他人只能发送文件：不能查看列表，也不能下载
http-send-only = 可以向这台电脑发送文件，但不能从它下载。
http-receives-nothing = 这台电脑不接收文件。
http-other-site = 这个请求来自其他网站的页面。请直接打开这个地址。
http-bad-name = 不能用这个名称保存文件。
http-malformed = 请求格式有误。
http-no-length = 请求没有说明文件的长度。
http-not-a-form = 这里只接受含有文件的表单。
http-declined = 对方拒绝了。
http-unanswered = 对方没有及时答复，请重试。
http-receiver-busy = 另一台设备正在发送文件，请等它发送完再试。
http-too-many-offers = 等待发送文件的人太多，请一分钟后重试。
http-too-much = 超出了对方同意接收的数量。
http-wrong-offset = 续传的位置与已保存的部分不符。
http-damaged = 文件在传输中损坏，请重新发送。
http-disk-full = 这台电脑上的空间不足。
http-not-stored = 文件无法保存。
log-send-only = 请求了内容，但其他人只能发送文件
log-received = 收到“{ $name }”— { $size }，保存为 { $path }
log-received-checked = 收到“{ $name }”— { $size }，SHA-256 校验通过，保存为 { $path }
log-receiving-cancelled = “{ $name }”— 收到 { $size } 后取消
log-receives-nothing = “{ $name }”— 未接收：接收功能已关闭
log-other-site = “{ $name }”— 未接收：由其他网站的页面发出
log-bad-name = “{ $name }”— 未接收：文件不能用这个名称
log-malformed = “{ $name }”— 未接收：请求格式有误
log-no-length = “{ $name }”— 未接收：没有说明长度
log-not-a-form = “{ $name }”— 未接收：不是含有文件的表单
log-declined = “{ $name }”— 已拒绝
log-unanswered = “{ $name }”— 未接收：没有及时答复
log-receiver-busy = “{ $name }”— 未接收：另一台设备正在发送
log-too-many-offers = “{ $name }”— 未接收：等待答复的发送者太多
log-too-much = “{ $name }”— 未接收：超出了同意的数量
log-wrong-offset = “{ $name }”— 发送者须从另一个位置续传
log-damaged = “{ $name }”— 未保留：SHA-256 与对方给出的不符
log-disk-full = “{ $name }”— 未保存：磁盘已满
log-not-stored = “{ $name }”— 无法保存
offered-files = { $names }
log-not-received = “{ $name }”— 未能接收：{ $reason }
received-damaged = “{ $name }”在传输中损坏：与 { $host } 声明的内容不一致。
    .hint = 没有保存任何内容，需要重新发送。
received-in-part = { $host } 在发送“{ $name }”的 { $arrived } 后停止了。
    .hint = 请对方重新发送。
received-is-here = 已收到 { $peer } 发来的 { $name }
receiving-failed = 未能接收 { $peer } 发来的 { $name }
files-are-here = 已收到 { $count } 个文件
files-failed = { $count } 个文件中有 { $failed } 个未能接收
files-partly-failed = { $count } 个文件中已收到 { $done } 个，{ $failed } 个失败
server-rows-say-why = 详情见“服务器”页的列表。
verdict-of-received = 来自 { $host } 的“{ $name }”：{ $finding }
ask-first = 接收文件前先询问
what-asking-does = 如果不询问，此网络上的任何人都可以将文件存到这台电脑上。
trusted-devices = 无需询问即可接受的设备
forget-device = 移除 { $name }
forget = 移除
others-may = 允许他人
access-download = 下载
access-send = 向我发送文件
access-both = 两者皆可
received-files-go-to = 接收的文件保存到
browse-received = 浏览接收文件的文件夹…
no-receive-folder = 还没有选择接收文件的文件夹。
    .hint = 请在“接收的文件保存到”中选择一个。
no-folder-to-share = 没有共享任何文件夹，他人只能发送文件。
    .hint = 要允许下载，请先停止共享，选择一个文件夹，然后重新开始。
received-is-shared = 他人可以立即下载收到的文件。
    .hint = 因为两个文件夹中的一个位于另一个之内。如果不想公开收到的文件，请为它们选择另一个文件夹。
ready-to-receive = 可以接收文件；没有共享任何内容
wants-to-send = { $who } 想发送 { $count } 个文件（{ $size }）
wants-to-send-unknown = { $who } 想发送 { $count } 个文件
accept = 接受
decline = 拒绝
always-from-this-device = 始终接受此设备
space-free = 剩余空间 { $size }
space-lacking = 剩余空间仅 { $size }
answer-within = 还剩 { $secs } 秒
more-requests = 还有 { $count } 个
requests-waiting = { $count } 个发送文件的请求

## QR code
show-large = 大图显示
qr-code = 二维码
qr-code-of = { $address } 的二维码
scan-or-type = 扫描二维码，或输入此地址
close-large-code = 关闭
key-escape = Esc
show-address = 显示 { $address } 及其二维码

help-serve-no-qr = 不在终端中显示地址的二维码

## Archives (ZIP)

http-archives-full = 目前正在生成的 ZIP 压缩包太多。请过几秒再试。
http-archive-too-large = 文件太多，放不进一个 ZIP 压缩包。请逐个下载其中的文件夹。
log-archive-lacks = “{ $name }”：有 { $count } 个文件或文件夹因名称无法传送或无法读取而未包含在内
log-archives-full = “{ $name }”：同时生成的 ZIP 压缩包太多，已请对方稍后再试
log-archive-too-large = “{ $name }”：文件太多，放不进一个 ZIP 压缩包
log-archive-changed = “{ $name }”：“{ $file }”在此期间发生了变化；下载已中断，须重新开始

## The page for browsers
page-files = { $count } 个文件
page-folders = { $count } 个文件夹
page-all-files = 全部文件
page-search = 在“{ $name }”中搜索
page-nothing-found = 没有找到。
page-sort-by = 排序
page-folder = 文件夹
page-download = 下载
page-download-all = 全部下载（zip）
page-download-all-sized = 全部下载（zip，{ $size }）
page-select = 选择
page-download-selected = 下载所选（zip）
page-download-count = 下载所选 { $count } 项（zip）
page-shared-by = 由 Landline 在本地网络中共享 · { $address }
page-previous = 上一个
page-next = 下一个
page-close = 关闭
page-cannot-show = 此浏览器无法显示该文件。
page-send-files = 发送文件到 { $name }
page-send-folder = 发送文件夹
page-send = 发送
page-drop-here = 将文件拖到这里即可发送到 { $name }
page-and-more = { $name } 及另外 { $more } 个文件
page-waiting = 正在等待 { $name } 接受
page-time-left = 剩余 { $time }
page-resuming = 连接已断开，恢复后会自动继续发送。
page-busy = { $name } 正忙，稍后会自动开始发送。
page-files-received = 已收到 { $count } 个文件
page-received-some = { $total } 个文件中已收到 { $count } 个
page-not-sent = 无法发送“{ $name }”。
page-try-again = 重试
page-cancel = 取消
page-browser = { $system } 上的 { $browser }
page-android-phone = Android 手机
page-android-tablet = Android 平板

## Sending files
send-nothing = 没有可发送的文件。
    .hint = 文件夹是空的，或者里面只有隐藏文件。
send-too-many = 一次最多发送 { $max } 个文件。
    .hint = 请逐个发送文件夹，或者先打包成一个压缩文件。
send-unreadable = 无法读取“{ $name }”：{ $reason }。
    .hint = 请确认它还在，而且可以打开。
send-unsendable-name = “{ $name }”的文件名无法发送。
    .hint = 请改名后重新发送。
send-changed = “{ $name }”在发送过程中被修改了。
    .hint = 请关闭正在写入它的程序，然后重新发送。对方电脑上的那一份可能无法使用。
send-declined = { $host } 拒绝了这些文件。
    .hint = 请先和对方说一声，然后重新发送。
send-unanswered = { $host } 那边一直没有人答复。
    .hint = 请让对方选择“接受”，然后重新发送。
send-off = { $host } 不接收文件。
    .hint = 请在那台电脑的 Landline 里，把“允许他人”设为“向我发送文件”或“两者皆可”。
send-disk-full = { $host } 的磁盘已满。
    .hint = 请在那台设备上腾出空间，然后重新发送。
send-name-refused = { $host } 不接受名为“{ $name }”的文件。
    .hint = 请改名后重新发送。
send-too-large = “{ $name }”太大，{ $host } 不接收。
    .hint = 请单独发送它，或者把它分成几部分。
send-damaged = “{ $name }”在发往 { $host } 的途中损坏了。
    .hint = 请重新发送。网线、网卡或磁盘可能有故障。
send-not-stored = { $host } 没有保存“{ $name }”（{ $status }）。
    .hint = 请重新发送；那台电脑上的日志里可能有原因。
send-not-a-receiver = { $host } 的端口 { $port } 上的程序不支持接收文件（{ $status }）。
    .hint = 请在那台电脑上打开 Landline，并检查端口。
send-raw-only = { $host } 的端口 { $port } 上的程序不使用 HTTP，所以不能接收文件。
    .hint = 请在那台电脑上打开 Landline，并检查端口。
send-cut = 发送“{ $name }”时，与 { $host } 的连接断开了。
    .hint = 请检查那台电脑是否还在运行、是否还连着网络。
send-busy = { $host } 正忙着接收其他人的文件。
    .hint = 请稍后重试。
send-not-wanted = { $host } 没有选择接收“{ $name }”。
    .hint = 如果对方需要，请再发送一次。
send-not-a-device = { $host } 的端口 { $port } 上已经没有 LocalSend 设备。
    .hint = 请在对方设备上打开 LocalSend，然后在“附近的设备”中重新选择它。
send-in-use = { $host } 正在接收其他人的文件。
    .hint = 请等那次传输结束后再试。
send-cancelled-by-recipient = { $host } 停止了传输。
    .hint = 请先和对方说一声，然后重新发送。
send-no-identity = 这台电脑没有身份，无法向 LocalSend 设备发送文件。
    .hint = 日志里写明了 identity.pem 的问题。
send-crashed = Landline 内部出错，“{ $name }”的发送中断了。
    .hint = 请重试；详情见日志。
send-stored-as = { $host } 上已有“{ $name }”，所以这个文件在那边叫“{ $stored }”。
send-stored-renamed = 有 { $count } 个文件在 { $host } 上换了名字，因为原来的名字已被占用。
send-hidden = 略过了 { $count } 个隐藏的文件和文件夹。
send-links = 略过了 { $count } 个指向别处的链接。
send-empty-folders = 略过了 { $count } 个空文件夹。
receives-only = { $host } 只接收文件，不能从它下载。
    .hint = 可以向它发送文件。
send-asking = 正在等待 { $host } 接受
send-confirmed = 已发送
send-files = 发送文件…
what-sending-does = 把文件发送到这台主机；是否接受由对方决定
choose-files-to-send = 选择要发送到 { $host } 的文件
send-or-share = 把{ $names }发送到 { $host } 吗？
    .hint = 会先征求 { $host } 的同意。如果改为共享，网络中的任何人都可以从这台电脑下载。
send-or-share-unencrypted = 把{ $names }发送到 { $host } 吗？
    .hint = 会先征求 { $host } 的同意。发送的内容不会加密，同一网络中的其他人能看到。如果改为共享，网络中的任何人都可以从这台电脑下载。
send-to = 发送到 { $host }
share-them = 共享
drop-to-send-or-share = 松开后可以发送到 { $host }，也可以共享
files-sent = { $failed ->
    [0] 已发送 { $done } 个文件，共 { $total } 个
   *[other] 已发送 { $done } 个文件，共 { $total } 个；{ $failed } 个失败
}
send-some-failed = 有 { $failed } 个文件没有发送成功。
send-text-empty = 没有要发送的文字。
    .hint = 请把文字写在 --text 之后，或使用 --text - 并写到标准输入。
send-text-unreadable = 无法读取文字：{ $reason }。
    .hint = 文字必须是 UTF-8。其他内容请作为文件发送。
send-text-too-long = 文字超过 1 MiB。
    .hint = 请作为文件发送。
send-no-text = { $host } 是共享，只接收文件。
    .hint = 请把文字作为文件发送，或用 landline say 作为消息发送。
send-nobody-nearby = 没有找到“{ $name }”：没有这个名称的主机，附近也没有找到设备。
    .hint = 请在对方设备上打开 LocalSend 或 Landline，并连接到同一网络。也可以使用地址；LocalSend 设备须加上端口 :53317。
send-not-nearby = 没有找到“{ $name }”。附近的设备：{ $names }。
    .hint = 请在对方设备上打开 LocalSend 或 Landline，并连接到同一网络。也可以使用地址；LocalSend 设备须加上端口 :53317。
send-ambiguous = 有多台设备都叫“{ $name }”：{ $addresses }。
    .hint = 请给其中一台改名，或使用它的地址。
send-search-stopped = 已停止搜索。没有发送任何内容。
pin-required-by = { $host } 需要 PIN 码。
    .hint = 请把它写在文件的第一行并使用 --password-file FILE，或设置 LANDLINE_PASSWORD。
pin-prompt = { $host } 的 PIN 码：
send-done = { $count ->
    [1] 已把“{ $name }”发送到 { $host }。
   *[other] 已把 { $count } 个文件发送到 { $host }。
}
send-incomplete = 有 { $failed } 个文件没有发送成功。
    .hint = 其余的都已送到。再次运行同一条命令会全部重发一遍。
send-stopped = “{ $name }”的发送已停止。{ $done ->
    [0] 还没有文件送到。
   *[other] 已送到 { $done } 个文件。
}
help-send = 把文件或文件夹发送到对方的共享或 LocalSend 设备
help-send-more =
    把文件或文件夹发送到对方的共享，或装有 LocalSend 的手机或电脑。

    landline send 192.168.1.5 film.mkv photos
    landline send 安的手机 photos
    landline send 安的手机 --text 八点见

    地址或带端口的主机表示共享；端口为 53317 时，表示 LocalSend 设备。其他名称既作为主机名查询，也在附近搜索：如果有同名的主机正在共享，就发送给它，否则发送给附近同名的设备（见 landline nearby，不区分大小写）。

    除非对方设为全部接受，否则会先征求对方同意。文件夹连同其中的内容一起发送，隐藏文件除外。只有对方电脑确认收到了每一个文件，命令才算成功。与共享的连接断开后，Landline 会在一分钟内自动续传。
help-send-host = 附近设备的名称，或主机，可以带端口（192.168.1.5:8080）
help-send-text = 不发送文件，而是把这段文字发送给 LocalSend 设备；- 表示从标准输入读取
help-send-paths = 要发送的文件和文件夹
help-send-name = 这台电脑的名字，对方会看到

## Nearby

help-nearby = 列出局域网中的共享和 LocalSend 设备
help-nearby-more =
    列出局域网中公布了共享的设备：Landline 以及任何网页服务器（mDNS/DNS-SD，_landline._tcp 和 _http._tcp）；以及 LocalSend 设备，可用 landline send 向它们发送文件和文字。

    搜索 3 秒；如果一开始没有 LocalSend 设备应答，则搜索 5 秒，并逐个尝试专用网络中的地址。搜索期间，LocalSend 设备能看到这台电脑，但不能向它发送。每台设备一行，带有它的最佳地址；没有找到任何设备时不输出。网络中的任何人都可以使用任何名称，除 LocalSend 设备的身份外，列出的内容均未经验证。

    --json 输出一个数组，其中的对象有这些键：name、kind（landline、web 或 localsend）、device（LocalSend 设备为 mobile、desktop、web、headless 或 server，其他为 null）、url（LocalSend 设备为空）、addresses（最佳地址在前）、port、identity（与链接中的写法相同，没有时为 null）、password（是否需要密码）。
help-serve-name = 他人看到的这台电脑的名称；默认为主机名
help-serve-no-announce = 不向附近的人公布这个共享（mDNS、LocalSend）
nearby-name = 名称
nearby-kind = 类型
nearby-url = 网址
nearby-landline = Landline
nearby-web = 网页服务器
nearby-localsend = LocalSend
nearby-none = 附近没有找到共享或 LocalSend 设备。
nearby-no-network = 本机没有连接到网络。
nearby-refused = 系统不允许搜索网络：{ $reason }
nearby-flooded = 这个网络中的 mDNS 报文过多，Landline 会暂时忽略它们。
visible-as = 附近的人看到的名称：“{ $name }”。
not-visible = 附近的人看不到这个共享：{ $why }
nearby = 附近的设备
nearby-count = 已找到 { $count } 台 · 继续搜索中
nearby-nobody = 还没有找到 · 继续搜索中
nobody-found = 还没有找到附近的设备
not-visible-nearby = 附近不可见
look-again = 重新搜索
device-missing = 找不到设备？
find-out-why = 查找原因
open-device = { $name }，{ $kind }，{ $address }
computer-name = 本机名称
visible-nearby = 让附近的人看到本机
what-visible-nearby-does =
    共享时，向局域网中的所有人公布本机的名称和地址。
    关闭后，知道地址的人仍然可以连接。

## Find out why
find-out-why-file = 查找无法下载“{ $name }”的原因
find-out-why-sent = 查找无法发送“{ $name }”的原因
doctor-cause = { $finding }。
doctor-fine = 没有发现问题。
    .hint = 如果仍然看不到对方，请在对方打开 Landline 后重新检查。
doctor-checking = 正在检查…
doctor-checked = 刚刚检查，用时 { $time }
doctor-copy-command = 复制开放端口的命令
doctor-use-port = 使用端口 { $port }
doctor-copy-report = 复制报告
doctor-check-again = 重新检查
doctor-local = 这些检查只在本地网络中进行。
doctor-stopped = 检查未能运行
doctor-kind-networks = 这台电脑所在的网络
doctor-kind-share = 从本机访问自己的共享
doctor-kind-firewall = 这台电脑的防火墙
doctor-kind-back = 其他设备能否访问这台电脑
doctor-kind-name = 对方的地址
doctor-kind-way = 通往对方的路由
doctor-kind-host = 对方是否有回应
doctor-kind-port = 对方的端口
doctor-kind-service = 该端口上的程序
doctor-kind-others = 这个网络中的其他设备
doctor-kind-isolation = 这个网络的客户端隔离
doctor-wifi = 这台电脑在 Wi-Fi“{ $name }”中，地址是 { $ip }
doctor-wifi-unnamed = 这台电脑已连接 Wi-Fi，地址是 { $ip }
doctor-network = 这台电脑已连接网络，地址是 { $ip }
doctor-no-network = 这台电脑没有连接任何网络
    .hint = 请连接 Wi-Fi，或插上网线。
doctor-no-dhcp = 网络没有给这台电脑分配地址，它自己用了 { $ip }
    .hint = 请重新连接 Wi-Fi，或重启路由器。
doctor-not-sharing = 这台电脑没有共享任何内容
doctor-share-reached = 这台电脑的端口 { $port } 已打开
doctor-nothing-listens = 这台电脑的端口 { $port } 上没有程序在监听
    .hint = 请停止共享，然后重新开始。
doctor-loopback-only = 只有这台电脑自己能访问它的端口 { $port }
    .hint = 它只监听回环地址。请去掉 --bind 127.0.0.1 后重新共享。
doctor-one-address = 这台电脑的端口 { $port } 只在 { $ip } 上打开
doctor-share-blocked = 这台电脑的防火墙拦住了它自己的端口 { $port }
    .hint = 请在防火墙中允许访问 TCP 端口 { $port }。
doctor-no-firewall = 这台电脑没有防火墙拦截端口 { $port }
doctor-firewall-unknown = 防火墙规则：只有管理员能读取
doctor-firewall-open = 防火墙（{ $name }）允许访问端口 { $port }
doctor-firewall-blocks = 防火墙（{ $name }）拦住了端口 { $port }
    .hint = 请用下面的命令只开放这个端口，然后重新检查。
doctor-firewall-may-block = 防火墙（{ $name }）可能拦住了端口 { $port }
    .hint = 请用下面的命令只开放这个端口，然后重新检查。
doctor-firewall-program = 防火墙（{ $name }）拦住了 Landline
    .hint = 请在“Windows 安全中心”的“允许应用通过防火墙”中允许 Landline。
doctor-firewall-public = Windows 将这个网络视为公用网络，可能会拦住端口 { $port }
    .hint = 在家里或单位，请在“设置”>“网络和 Internet”>“属性”中选择“专用网络”。
doctor-others-reach = { $host } 可以访问这台电脑的端口 { $port }
doctor-others-refused = { $host } 能连到这台电脑，但连不上端口 { $port }
    .hint = 请停止共享后重新开始，然后重新检查。
doctor-others-silent = { $host } 无法访问这台电脑的端口 { $port }
    .hint = 这台电脑或网络的防火墙丢弃了连接。请允许 TCP 端口 { $port }。
doctor-name-found = { $host } 的地址是 { $ip }
doctor-name-not-found = 没有找到名为 { $host } 的电脑
    .hint = 请检查拼写，或使用它的 IP 地址，例如 192.168.1.5。
doctor-same-computer = { $host } 就是这台电脑
doctor-same-network = { $ip } 和这台电脑在同一个网络中
doctor-other-network = { $ip } 在另一个网络中
doctor-other-network-silent = { $ip } 与这台电脑（{ $own }）不在同一个网络中，也没有回应
    .hint = 请把两台电脑连接到同一个网络，并检查地址。
doctor-via-vpn = 通往对方的路由经过 VPN（{ $interface }）
doctor-vpn = VPN（{ $interface }）接管了通往 { $ip } 的连接
    .hint = 请断开 VPN，或在它的设置中允许访问本地网络。
doctor-no-route = 这台电脑没有通往 { $ip } 的路由
    .hint = 它在另一个网络中。请把两台电脑连接到同一个网络，并检查地址。
doctor-host-present = { $ip } 在这个网络中
doctor-host-answers = { $ip } 有回应
doctor-nobody = 这个网络中没有设备使用地址 { $ip }
    .hint = 那台电脑可能已关机或休眠，也可能换了地址。
doctor-host-silent = { $ip } 的所有端口都没有回应
    .hint = 它可能已关机，也可能被自己的防火墙拦住。
doctor-port-open = 对方的端口 { $port } 已打开
doctor-port-refused = { $ip } 的端口 { $port } 上没有程序在监听
    .hint = 请在对方开始共享，或使用它显示的端口。
doctor-port-rejected = { $ip } 的防火墙拒绝了到端口 { $port } 的连接
    .hint = 请在那台电脑的防火墙中开放 TCP 端口 { $port }。
doctor-port-filtered = { $ip } 的防火墙拦住了端口 { $port }
    .hint = 请在那台电脑的防火墙中开放 TCP 端口 { $port }。
doctor-all-filtered = { $ip } 在线，但它的防火墙拦住了所有连接
    .hint = 请在那台电脑的防火墙中开放 TCP 端口 { $port }。
doctor-elsewhere = { $ip } 在端口 { $other } 上共享，而不是 { $port }
    .hint = 请使用端口 { $other }。
doctor-landline = 对方运行的是 Landline { $version }
doctor-landline-named = “{ $name }”有回应，运行的是 Landline { $version }
doctor-other-server = { $host } 运行的不是 Landline，而是 { $software }，但也许可以下载
doctor-unnamed-server = { $host } 运行的不是 Landline，而是另一种网页服务器，但也许可以下载
doctor-raw = { $host } 不是网页服务器，但也许可以用原始协议下载
doctor-tls = { $host } 的端口 { $port } 只使用 TLS
    .hint = 请在它的地址前加上 https://。
doctor-mute = { $host } 接受到端口 { $port } 的连接，但什么也不发送
    .hint = 那里的程序可能卡住了，也可能不是共享。请检查端口。
doctor-others = 这个网络中有其他设备回应（{ $count } 台）
doctor-nobody-else = 这个网络中没有其他设备回应
    .hint = 对方可能已关机或在另一个网络中，也可能像访客 Wi-Fi 那样，这个网络把设备互相隔离了。
doctor-isolated = 只有路由器有回应：这个网络似乎把设备互相隔离了
    .hint = 访客网络通常如此：请换一个 Wi-Fi，或使用网线、手机热点。如果不是访客网络，那台电脑可能已关机，或者换了地址。
doctor-not-isolated = 这个网络的客户端隔离：没有发现
doctor-isolation-unknown = 这个网络的客户端隔离：无法确定
firewall-name-windows = Windows 防火墙
firewall-name-macos = macOS 防火墙
help-doctor = 查找无法连接某台设备的原因
help-doctor-host = 无法连接的电脑；不填则检查这台电脑和它的网络
help-doctor-more =
    查找无法连接某台设备的原因：检查这台电脑的网络、防火墙和共享；如果指定了另一台电脑，还检查通往它的路由、它的端口以及那里的程序。先显示原因，再逐行显示每项检查。

    不会改动任何设置，发送的内容不会离开本地网络。有些防火墙规则只有管理员才能读取。

    没有发现问题时退出状态为 0，找到原因时为 1。

## 隐私：共享的记录
log-redirected-tls = 未加密的请求已重定向到 https://：此共享仅限加密
log-raw-password = 已拒绝原始 TCP 请求：它无法携带密码
log-raw-encrypted = 已拒绝原始 TCP 请求：此共享仅限加密
log-wrong-password = 使用了错误的密码或旧链接
log-many-passwords = 密码错误次数过多；最多一分钟内拒绝

## 隐私：客户端的错误
identity-changed = { $host } 的身份变了：以前是“{ $known }”，现在是“{ $found }”。没有发送任何内容。
    .hint = 可能是另一台电脑用了这个地址，可能是那边的 Landline 设置被重置了，也可能有人在拦截连接。请与那台电脑设置中的四个词核对；若一致，请移除旧身份后重试。
wrong-identity = { $host } 不是预期的电脑：它的身份是“{ $found }”。没有发送任何内容。
    .hint = 可能是另一台电脑用了这个地址，也可能有人在拦截连接。请向对方索取新链接，或在“附近的设备”中重新选择那台电脑。
untrusted = { $host } 的证书不受信任（{ $reason }）。没有发送任何内容。
    .hint = 请检查地址和本机的时间。
not-encrypted = { $host } 的端口 { $port } 不提供加密。没有发送任何内容。
    .hint = 请检查端口。若那台电脑不再提供加密，请在设置中移除它的身份。
handshake-failed = 无法与 { $host } 的端口 { $port } 建立加密连接：{ $reason }。
    .hint = 那个端口可能由其他程序使用。
pin-required = { $host } 需要 PIN 码。
    .hint = 可以在那台设备的 LocalSend 设置里查看。
pin-wrong = { $host } 不接受这个 PIN 码。
    .hint = 请在那台设备的 LocalSend 设置里核对。
pins-too-many = { $host } 从本机收到的错误 PIN 码太多。
    .hint = 请等一分钟再试。如果仍然不行，请在那台设备上重新启动 LocalSend。
password-required = { $host } 需要密码。
    .hint = 请向共享者询问。
password-wrong = { $host } 不接受这个密码。
    .hint = 请检查密码，或向共享者询问。
passwords-too-many = { $host } 从本机收到的错误密码太多。
    .hint = 请等一分钟再试。

## 隐私：地址
bad-fingerprint = “#fp={ $typed }”不是有效的指纹。
    .hint = 链接可能不完整，请重新复制。
raw-not-encrypted = 发往 { $host } 的原始 TCP 请求不会加密。没有发送任何内容。
    .hint = 请选择 HTTP，或者使用以 http:// 开头、不带“#fp=”的地址。

## 客户端与命令行的密码
password-other-scheme = { $host } 要求 { $scheme } 认证，Landline 不支持。
    .hint = Landline 只支持 Basic 认证。请在浏览器中打开该地址。

## 隐私：浏览器页面
http-password-needed = 需要密码。
http-wrong-password = 密码错误。
http-wrong-link = 此链接已失效。
http-many-passwords = 密码错误次数过多，请在 { $seconds } 秒后重试。
page-password-title = 此文件夹设有密码
page-password-hint = 请向共享者询问。
page-password = 密码
page-show-password = 显示密码
page-open = 打开
page-password-needed = 现在需要密码。
page-enter-password = 输入密码
page-encrypted = 已加密
page-not-encrypted = 未加密
page-encryption-warning = 同一网络中的其他人能看到传输的内容。也可以使用加密连接，但浏览器会先显示警告，因为证书是自签名的。
page-open-encrypted = 打开加密页面

## 隐私：本机的身份文件
identity-exposed = 本机的其他用户可以读取或修改 { $path } 中的密钥，因此不使用它。
    .hint = 请用 chmod 600 将该文件设为仅自己可读。如果密钥可能已被复制，请删除该文件：Landline 会生成新的身份，认识旧身份的所有人都会收到警告。
identity-unreadable = 无法使用 { $path } 中的本机身份：{ $reason }。
    .hint = 请从备份恢复该文件。如果没有备份，请删除它：Landline 会生成新的身份，认识旧身份的所有人都会收到警告。
identity-unwritable = 无法将本机身份保存到 { $path }：{ $reason }。
    .hint = 请检查该文件夹的权限，以及磁盘是否已满。
identity-no-key = 无法为本机生成身份：{ $reason }。
    .hint = 请重新启动 Landline。

## 隐私：下载页
password = 密码
show-password = 显示密码
hide-password = 隐藏密码
remember-password = 在这台电脑上记住
what-remembering-does = 密码保存在仅自己可读的文件中，可以在设置中移除。
checking-password = 正在验证…
send-password = 发送
enter-password = 输入密码…
enter-password-file = 输入下载“{ $name }”所需的密码
ask-who-shares = 请询问共享文件夹的人。
password-not-accepted = 密码错误。请询问共享文件夹的人。
password-outdated = 旧的密码或链接已失效。
password-unusable = 密码长 1 到 256 字节，不含控制字符。
password-wait-a-minute = 密码错误次数过多。请一分钟后再试。
password-wait = 密码错误次数过多。请在 { $secs } 秒后再试。
password-try-again-now = 现在可以再试了。
password-not-kept = { $host } 的密码现在可用，但未能保存。
    .hint = 下次启动后会再次询问。原因见日志。
enter-password-sent = 输入发送“{ $name }”所需的密码
encrypted = 已加密
unencrypted = 未加密
lock-closed = 已加密。请与对方电脑设置中的四个词核对：若一致，就没有人在拦截连接。
lock-open = 未加密：同一网络中的其他人能看到传输的内容。
lock-of-system = 已加密。本系统信任 { $host } 的证书。
encrypted-with-words = 已加密：{ $words }
first-visit = 首次访问。以后这四个词如有变化，Landline 会发出警告。
forget-old-identity = 移除旧身份…
forget-old-identity-file = 移除“{ $name }”所在电脑的旧身份
forget-its-identity = 移除其身份…
forget-identity-of = 要移除 { $host } 的身份吗？
forget-identity-about = 只有当现在的四个词与那台电脑设置中的一致时，才应移除。否则可能有人在拦截连接。
forget-plain-about = 移除之后，可能会以未加密的方式从那里下载，同一网络中的任何人都能看到内容。
forget-identity = 移除
keep-identity = 保留
remembered-identity = 记住的
current-identity = 现在的
no-identity-known = 无
known-computers = 已知的电脑
no-known-computers = 访问过的、支持加密连接的电脑会列在这里。
what-known-computers-are = 如果其中某台电脑的四个词变了，Landline 会发出警告。
forget-computer = 移除 { $host }
password-is-kept = 已记住密码
nearby-password = 密码
device-with-password = { $device }，需要密码
device-unencrypted = { $device }，未加密
announced-identity = 公布的身份：{ $words }

## 隐私：共享
no-password = 无
what-password-does = 打开共享的人需要知道它。共享期间，按回车或离开输入框后，更改才会生效。
enter-applies = 按回车生效
not-a-password = 最多 256 字节，且不能有控制字符
password-not-read = 无法读取保存的共享密码。
    .hint = 这一次打开时不会自动开始共享。请重新输入密码；旧文件保留为 share-secrets.unreadable.json。
password-not-saved = 无法保存共享密码：{ $why }。
    .hint = 它在 Landline 关闭之前有效。
links-need-no-password = 用链接打开时无需密码
what-links-carry = 这样复制的链接和二维码中会带有代替密码的密钥。拿到链接的人都能打开共享，直到换用“新链接”。
new-link = 新链接
what-new-link-does = 以前的链接和二维码不再能免密码打开共享。
old-links-ended = 旧链接已失效
link-has-identity = 链接中还带有本机的身份，若由另一台电脑应答，Landline 会发现。
link-has-token = 链接中还带有代替密码的密钥。
link-has-both = 链接中还带有本机的身份（若由另一台电脑应答，Landline 会发现），以及代替密码的密钥。
password-set = 已设密码
what-password-set-means = 打开共享的人需要输入密码。
what-encrypted-means = 支持加密的程序（例如 Landline）使用 TLS。浏览器使用普通 HTTP，除非在设置中打开“仅限加密”。
encrypted-only = 仅限加密
what-encrypted-only-means = 所有人都必须使用 TLS。浏览器会对证书发出警告，原始 TCP 请求会被拒绝。
asks-for-a-password = 需要密码
only-typing-needs-the-password = 仅手动输入地址时需要密码
shared-unencrypted = 此共享没有加密：{ $why }
    .hint = { $hint }然后停止并重新开始共享。
only-encrypted-is-shared = 没有共享任何内容，因为无法加密：{ $why }
    .hint = { $hint }然后重试，或在设置中关闭“仅限加密”。

## 隐私：设置
privacy = 隐私
what-encrypted-only-does = 浏览器会对证书发出警告，原始 TCP 请求会被拒绝。
raw-with-password = 即使有密码，也回应原始 TCP 请求
what-raw-with-password-does = 原始 TCP 客户端无法发送密码：知道文件名的人无需密码即可得到文件。
identity-words = 身份
what-identity-is-for = 请将这些词与另一台电脑显示的词核对。
fingerprint = 指纹（SHA-256）
copy-fingerprint = 复制指纹

## 命令行的密码与身份
password-required-by = { $host } 需要密码。
    .hint = 请把密码写在文件的第一行并使用 --password-file FILE，或设置 LANDLINE_PASSWORD。
identity-changed-of = { $host } 的身份变了：以前是“{ $known }”，现在是“{ $found }”。没有发送任何内容。
    .hint = 可能是另一台电脑用了这个地址，可能是那边的 Landline 设置被重置了，也可能有人在拦截连接。请与那台电脑上“landline identity”显示的四个词核对；若一致，请运行“landline identity --forget { $server }”后重试。
not-encrypted-by = { $host } 的端口 { $port } 不提供加密。没有发送任何内容。
    .hint = 请检查端口。若那台电脑不再提供加密，请运行“landline identity --forget { $server }”，并使用不带 https:// 的地址。
first-visit-to = 首次访问 { $host }：它的身份是“{ $words }”。以后如有变化，Landline 会发出警告。
password-prompt = { $host } 的密码：
not-a-password-typed = 密码无效：密码长 1 到 256 字节，不含控制字符。
no-password-in-variable = { $variable } 的值不能用作密码。
    .hint = 密码长 1 到 256 字节，不含控制字符。若没有密码，请取消设置这个变量。
password-file-unreadable = 无法读取密码文件 { $path }：{ $reason }。
password-file-not-private = 这台电脑上的其他用户可以读取密码文件 { $path }。
    .hint = 请用 chmod 600 将其设为仅自己可读。
no-password-in-file = { $path } 的第一行没有密码。
    .hint = 密码长 1 到 256 字节，不含控制字符。
serve-identity = 身份：{ $words }
serve-not-encrypted = 连接不加密。
identity-without-folder = 没有可以保存本机身份的设置文件夹。
    .hint = 请将 LANDLINE_CONFIG_DIR 设为 Landline 可以写入的文件夹。
identity-of = { $name } 的身份：
identity-server = 电脑
identity-of-server = 身份
identity-password = 密码
identity-kept = 已记住
identity-not-known = 没有记住 { $server } 的身份或密码。
    .hint = 运行 landline identity 可列出已知的电脑。
identity-not-forgotten = 无法移除 { $server } 的身份和密码。
    .hint = 请检查 Landline 能否写入设置文件夹。
identity-forgotten = 已移除 { $server } 的身份和密码。
help-serve-password-file = 要求输入此文件第一行（或环境变量 LANDLINE_PASSWORD）中的密码
help-serve-encrypted-only = 只接受加密连接：浏览器会转到 https:// 并对证书发出警告，原始 TCP 请求和不加密的 LocalSend 会被拒绝
help-serve-allow-raw = 即使有密码，也回应无法携带密码的原始 TCP 请求
help-serve-link = 另外输出一个链接，在本命令结束前无需密码；二维码中也是这个链接
help-password-file = 使用此文件第一行（或环境变量 LANDLINE_PASSWORD）中的密码；若未给出，会在终端中询问
help-remember-password = 记住密码供下次使用，保存在仅自己可读的文件中
help-identity = 显示这台电脑和已知电脑的身份
help-identity-more =
    显示这台电脑的身份（四个词和证书的指纹），以及通过加密连接访问过的电脑的身份。

    请与对方电脑上显示的四个词核对：若一致，就没有人在拦截连接。从第二次访问起，Landline 会自动核对。

    --json 输出一个对象，有这些键：name、words、fingerprint，以及 servers；servers 是一个数组，每台已知的电脑对应一个对象，有 name、port、words、fingerprint 和 password（是否已记住密码）。
help-identity-forget = 移除为此主机记住的身份和密码
nearby-needs-password = 密码
nearby-identity = 身份
nearby-has-password = 有
password-question = { $host } 需要密码
password-needed = 需要密码

## LocalSend：窗口
visible-to-localsend = 对 LocalSend 可见
what-localsend-does = 装有 LocalSend 的手机和电脑可以请求向您发送文件；您接受的文件保存到 { $folder }。
what-localsend-unasked-does = 装有 LocalSend 的手机和电脑发来的文件，不经询问就保存到 { $folder }。
localsend-pin = 密码就是 PIN 码。
localsend-becoming-visible = 正在设为对 LocalSend 可见…
localsend-visible-as = 对 LocalSend 可见，名称为“{ $name }”
localsend-can-offer = 手机和电脑可以请求向您发送文件。
localsend-can-send = 手机和电脑发来的文件，不经询问就会保存。
turn-off = 关闭
localsend-turn-off = 关闭“对 LocalSend 可见”
localsend-port-taken = 本机的端口 { $port } 正由 LocalSend 或其他程序使用。
    .hint = 仍然可以发送文件。要在这里接收文件，请关闭那个程序，然后重试。
localsend-no-identity = 本机无法对 LocalSend 可见。{ $why }
    .hint = { $hint }
localsend-password-lost = 本机尚未对 LocalSend 可见：无法读取密码，没有密码就不会要求 PIN 码。
    .hint = 请重新输入密码，或点“重试”，不用 PIN 码继续。
choose-another-folder = 选择其他文件夹…
localsend-missing = 手机装有 LocalSend？
turn-on-localsend = 打开“对 LocalSend 可见”
found-identity = 身份：{ $words }
send-files-to = 把文件发送到 { $name }
more-to-send = 向 { $name } 发送其他内容
send-folder = 发送文件夹…
send-text = 发送文字…
text-to = 把文字发送到 { $host }
text = 文字
text-hint = 输入或粘贴文字或链接
send-text-now = 发送
sending-failed = 未能把“{ $name }”发送到 { $host }
text-sent = 已把文字发送到 { $host }。
text-named = “{ $text }”
sent-a-text = { $who } 发来一段文字
the-text = { $text }
text-line = { $who }：{ $text }
copy-text = 复制这段文字
open-link = 打开链接
close-text = 关闭这段文字
texts-waiting = 其他设备发来的 { $count } 段文字
what-key-words-say = 这台设备已证明自己的身份。词语相同，就是同一台设备。
pin = PIN 码
pin-question = { $host } 需要 PIN 码
where-the-pin-is = 可以在那台设备的 LocalSend 设置里查看。
pin-needed = 需要 PIN 码
enter-pin = 输入 PIN 码…
enter-pin-sent = 输入发送“{ $name }”所需的 PIN 码
pin-not-accepted = PIN 码错误。可以在那台设备的 LocalSend 设置里查看。
pin-wait-a-minute = PIN 码错误次数过多。请一分钟后再试。
pin-wait = PIN 码错误次数过多。请在 { $secs } 秒后再试。
drop-to-choose = 松开即可发送到设备或共享
send-to-which = 把{ $names }发送到哪台设备？
    .hint = 是否接受由对方决定。如果改为共享，网络中的任何人都可以从这台电脑下载。
