#!/usr/bin/env python3
"""The window, end to end: one real window shares, another downloads, and other programs do both.

    cargo build --features inspection
    python3 tests/window/run.py target/debug/landline

Needs Xvfb, and msgpack and python-xlib from PyPI. Prints one line for each step, and `N passed, 0 failed` at the end.
With PICTURES=DIR, it saves screenshots of the windows there, including those that are open when a step fails.
"""

import os
import pathlib
import sys
import tempfile
import time
import traceback

import steps_closing
import steps_downloads
import steps_files
import steps_interrupted
import steps_line
import steps_localsend
import steps_look
import steps_mouse
import steps_privacy_client
import steps_privacy_server
import steps_receiving
import steps_server
import steps_undo
from screen import Screen
from stage import Stage

# Each continues with the windows as the previous one left them.
STEPS = [
    steps_server.the_server_window_shares,
    steps_downloads.the_client_window_downloads,
    steps_downloads.a_second_download_keeps_the_first,
    steps_downloads.a_missing_file_is_said_so_and_the_near_one_offered,
    steps_downloads.a_missing_folder_is_created,
    steps_server.a_raw_client_is_served,
    steps_downloads.a_raw_server_serves_the_window,
    steps_server.messages_are_answered,
    steps_server.a_call_is_ended_step_by_step,
    steps_server.the_only_connection_is_for_the_call,
    steps_server.a_taken_port_is_offered_another,
    steps_server.settings_survive_a_restart_and_sharing_begins_at_launch,
    steps_server.a_dropped_file_is_shared_and_nothing_beside_it,
    steps_receiving.what_others_may_do_is_chosen_before_sharing,
    steps_receiving.a_request_is_accepted,
    steps_receiving.a_request_is_declined,
    steps_receiving.a_device_is_always_accepted_until_it_is_forgotten,
    steps_receiving.others_may_is_changed_while_sharing,
    steps_receiving.the_code_is_shown_large_by_keyboard,
    steps_localsend.a_taken_port_is_said_so_and_another_one_works,
    steps_localsend.files_of_a_phone_are_accepted,
    steps_localsend.files_of_a_phone_are_declined,
    steps_localsend.a_phone_is_always_accepted,
    steps_localsend.a_text_of_a_phone_is_shown_and_its_link_opened,
    steps_localsend.files_are_sent_to_a_phone,
    steps_localsend.a_text_is_sent_to_a_phone,
    steps_localsend.who_does_not_encrypt_is_marked,
    steps_localsend.a_phone_asks_for_a_pin,
    steps_localsend.a_phone_declines,
    steps_localsend.the_setting_is_kept_and_turned_off,
    steps_privacy_server.a_password_is_asked_for_from_the_first_request_on,
    steps_privacy_server.a_new_password_applies_once_it_is_entered,
    steps_privacy_server.nobody_finds_the_password_elsewhere,
    steps_privacy_server.a_link_opens_without_it_until_there_is_a_new_one,
    steps_privacy_server.the_words_and_the_fingerprint_are_those_of_the_certificate,
    steps_privacy_server.what_is_encrypted_only_is_served_over_tls_alone,
    steps_privacy_server.it_looks_well_in_the_dark_in_chinese_and_in_a_small_window,
    steps_privacy_server.the_password_is_there_after_a_restart,
    steps_files.a_host_shows_what_it_shares,
    steps_files.folders_are_opened_and_left,
    steps_files.the_filter_leaves_what_fits,
    steps_files.several_are_chosen_and_downloaded,
    steps_files.letters_and_menus_act_on_the_rows,
    steps_files.links_are_pasted_together,
    steps_files.the_keyboard_alone_is_enough,
    steps_files.enter_asks_whom_the_fields_name,
    steps_files.keys_act_on_rows_that_are_seen,
    steps_downloads.a_folder_comes_whole,
    steps_mouse.a_text_is_copied_and_pasted_with_the_mouse,
    steps_mouse.the_divider_is_dragged_and_stays,
    steps_downloads.a_file_that_cannot_be_opened_is_said_so,
    steps_interrupted.one_of_two_is_paused_and_goes_on,
    steps_interrupted.all_are_paused_and_go_on,
    steps_interrupted.a_lost_server_is_waited_for,
    steps_interrupted.the_next_try_is_not_waited_for,
    steps_undo.a_cancelled_download_is_brought_back,
    steps_undo.what_stays_cancelled_is_deleted,
    steps_undo.a_window_closed_in_time_leaves_no_part,
    steps_undo.a_window_killed_in_time_loses_nothing,
    steps_line.a_transfer_opens_into_its_connection,
    steps_privacy_client.a_password_is_asked_for_once_and_remembered,
    steps_privacy_client.a_cancelled_question_leaves_a_button,
    steps_privacy_client.a_link_opens_without_the_password,
    steps_privacy_client.another_identity_is_a_warning,
    steps_look.the_language_is_changed_at_once,
    steps_look.the_dark_is_dark,
    steps_look.the_size_of_the_words_is_kept,
    steps_look.a_switch_starts_the_program_at_login,
    steps_look.a_second_start_raises_the_open_window,
    steps_closing.the_title_says_how_far_it_is,
    steps_closing.a_busy_window_asks_before_it_closes,
    steps_closing.a_closed_window_goes_on_where_it_was,
    steps_closing.the_list_survives_a_crash,
    steps_closing.a_killed_window_goes_on,
    steps_server.sharing_stops,
    steps_look.the_window_keeps_its_size,
    steps_closing.windows_at_rest_close_at_once,
]
# The files that are always shared.
NAMES = ["notes.txt", "相册/cover.jpg", "相册/2024/may.jpg", "film 海边 #?%&'.bin", "🎈.txt"]


def main():
    program = os.path.abspath(sys.argv[1])
    passed = failed = 0
    with tempfile.TemporaryDirectory() as scratch, Screen() as screen:
        stage = Stage(program, pathlib.Path(scratch), screen, NAMES)
        for step in STEPS:
            name = step.__name__.replace("_", " ")
            began = time.monotonic()
            try:
                step(stage)
                nobody_panicked(pathlib.Path(scratch))
            except Exception:
                traceback.print_exc()
                print(f"FAILED: {name}", flush=True)
                what_there_was(stage)
                failed = 1
                break
            passed += 1
            print(f"ok: {name} ({time.monotonic() - began:.1f} s)", flush=True)
        stage.close()
    print(f"\n{passed} passed, {failed} failed", flush=True)
    return failed


def nobody_panicked(scratch):
    for said in scratch.glob("*.stderr"):
        text = said.read_text(encoding="utf-8", errors="replace")
        assert "panicked at" not in text, f"{said.stem}: {text}"


def what_there_was(stage):
    """Print and save what helps to find the reason."""
    for name, window in stage.windows.items():
        said = stage.said(name).read_text(encoding="utf-8", errors="replace")
        print(f"Output of the window {name!r}: {said or 'none'}")
        try:
            stage.picture(window, f"failed-{name}")
        except (OSError, RuntimeError) as error:
            print(f"No screenshot: {error}")


if __name__ == "__main__":
    sys.exit(main())
