"""The language, the colours and the size of the window."""

from checks import arrives, begin, nothing_is_left, with_half
from pixels import pixel
from stage import PATIENCE


def the_language_is_changed_at_once(stage):
    window = stage.client
    begin(stage)
    with_half(stage, "words.bin")
    window.click("Pause words.bin")
    window.wait_for("Resume words.bin")
    window.click("Settings")
    window.click("Language: 中文")
    window.wait("设置")
    stage.picture(window, "settings-chinese")
    window.click("关闭设置")
    for button in ("服务器", "客户端", "下载"):
        assert window.has(button), button
    # The row existed before.
    assert window.has("继续 words.bin")
    window.wait("已暂停")
    stage.picture(window, "client-chinese")
    stage.valve().open()
    window.click("继续 words.bin")
    window.wait("已保存 · SHA-256 校验通过")
    window.wait_for("在文件夹中显示 words.bin")
    stage.picture(window, "client-chinese-done")
    window.click("设置")
    window.click("语言：English")
    window.click("Close settings")
    arrives(stage, "words.bin")
    nothing_is_left(stage)
    assert window.has("Client")


def the_dark_is_dark(stage):
    window = stage.client
    light = background(window)
    assert min(light) > 200, light
    window.click("Settings")
    window.click("Appearance: Dark")
    window.click("Close settings")
    window.until(lambda: max(background(window)) < 60, "a dark window")
    stage.picture(window, "client-dark")
    window = stage.restart("client")
    window.until(lambda: max(background(window)) < 60, "a dark window again")
    window.click("Settings")
    window.click("Appearance: Light")
    window.click("Close settings")
    window.until(lambda: background(window) == light, "a light window")


def the_size_of_the_words_is_kept(stage):
    window = stage.client
    usual = window.scale()
    for _ in range(2):
        window.press("Plus", ctrl=True)
    window.until(lambda: is_close(window.scale(), 1.2 * usual), "larger words")
    window.click("Settings")
    window.wait("120%")
    window.click("Close settings")
    stage.picture(window, "client-large")
    window = stage.restart("client")
    window.until(lambda: is_close(window.scale(), 1.2 * usual), "larger words again")
    window.click("Settings")
    window.click("Smaller (Ctrl+Minus)")
    window.wait("110%")
    window.click("Close settings")
    window.until(lambda: is_close(window.scale(), 1.1 * usual), "smaller words")
    window.press("Num0", ctrl=True)
    window.until(lambda: is_close(window.scale(), usual), "usual words")


def the_window_keeps_its_size(stage):
    window = stage.client
    before, usual = stage.size("client"), window.scale()
    window.press("Plus", ctrl=True)
    window.until(lambda: is_close(window.scale(), 1.1 * usual), "larger words")
    window = stage.restart("client")
    window.until(lambda: is_close(window.scale(), 1.1 * usual), "larger words again")
    # The text is larger, the window is not.
    assert stage.size("client") == before, f"{stage.size('client')} instead of {before}"
    window.press("Num0", ctrl=True)
    window.until(lambda: is_close(window.scale(), usual), "usual words")


def background(window):
    """The colour next to the first card."""
    return pixel(window.picture(), 4, 100)


def is_close(one, other):
    return abs(one - other) < 0.01


def a_switch_starts_the_program_at_login(stage):
    window, switch = stage.client, "Start Landline when I log in"
    entry = stage.scratch / "config" / "autostart" / "landline.desktop"
    window.click("Settings")
    window.click(switch)
    window.until(entry.exists, "an autostart entry")
    assert f'Exec="{stage.program}"' in entry.read_text(encoding="utf-8")
    window.click("Close settings")
    # The state is read again.
    window.click("Settings")
    stage.picture(window, "settings")
    window.click(switch)
    window.until(lambda: not entry.exists(), "no autostart entry")
    window.click("Close settings")


def a_second_start_raises_the_open_window(stage):
    first = stage.screen.window(stage.processes["client"].pid).id
    seconds = []

    def start_again():
        # Two at the same moment.
        seconds.extend(stage.start("client") for _ in range(2))

    assert stage.screen.raised_by(start_again, PATIENCE) == first
    for second in seconds:
        assert second.wait(timeout=PATIENCE) == 0
    # Only the window of other settings is beside it.
    assert stage.screen.count() == len(stage.windows)
