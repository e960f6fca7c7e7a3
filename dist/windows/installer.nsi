; The per-user installer for Windows. dist/build-windows.sh calls makensis with /DVERSION, /DNUMBERS (four, for Windows),
; /DPROGRAM (landline.exe), /DCONSOLE (landline.com), /DLICENCES (of what is compiled in) and /DOUT.
; Silent: setup.exe /S [/D=C:\folder], which exits with 2 and changes nothing if Landline is running, and uninstall.exe /S,
; which continues in a copy of itself; to wait for it, use start /wait, or uninstall.exe /S _?=C:\folder.
Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS Win10

!include MUI2.nsh
!include LogicLib.nsh
!include Sections.nsh

!define ROOT "..\.."
!define ABOUT "Software\Microsoft\Windows\CurrentVersion\Uninstall\Landline"
!define APP_PATH "Software\Microsoft\Windows\CurrentVersion\App Paths\landline.exe"

Name "Landline"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Landline"
; An upgrade goes to the folder of the existing installation.
InstallDirRegKey HKCU "${ABOUT}" "InstallLocation"
BrandingText "Landline ${VERSION}"

VIProductVersion "${NUMBERS}"
VIAddVersionKey ProductName "Landline"
VIAddVersionKey FileDescription "Landline Setup"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey LegalCopyright "MIT OR Apache-2.0"

!define MUI_ICON "${ROOT}\assets\icons\landline.ico"
!define MUI_UNICON "${ROOT}\assets\icons\landline.ico"
!define MUI_ABORTWARNING
!define MUI_WELCOMEFINISHPAGE_BITMAP "sidebar.bmp"
!define MUI_FINISHPAGE_RUN "$INSTDIR\landline.exe"

!insertmacro MUI_PAGE_COMPONENTS
!define MUI_PAGE_CUSTOMFUNCTION_PRE SkipOnUpgrade
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"

LangString RUNNING ${LANG_ENGLISH} "Landline is running. Close it, then try again."
LangString RUNNING ${LANG_SIMPCHINESE} "Landline 正在运行。请先关闭它，然后重试。"
LangString RULE_STAYS ${LANG_ENGLISH} "The firewall rule $\"Landline$\" was kept. An administrator can remove it in Windows Defender Firewall, Advanced settings, Inbound rules."
LangString RULE_STAYS ${LANG_SIMPCHINESE} "防火墙规则“Landline”已保留。管理员可以在“Windows Defender 防火墙”的“高级设置 > 入站规则”中删除它。"
LangString PROGRAM_PART ${LANG_ENGLISH} "Landline"
LangString PROGRAM_PART ${LANG_SIMPCHINESE} "Landline"
LangString ABOUT_PROGRAM ${LANG_ENGLISH} "The program, its Start menu entry, and an uninstaller."
LangString ABOUT_PROGRAM ${LANG_SIMPCHINESE} "程序、开始菜单项和卸载程序。"
LangString FIREWALL ${LANG_ENGLISH} "Firewall rule"
LangString FIREWALL ${LANG_SIMPCHINESE} "防火墙规则"
LangString ABOUT_FIREWALL ${LANG_ENGLISH} "Lets other computers connect on private networks. Windows asks an administrator to approve its Command Processor. Without this rule, Windows asks when you first share."
LangString ABOUT_FIREWALL ${LANG_SIMPCHINESE} "允许其他电脑在“专用”网络上连接。Windows 会请管理员允许“Windows 命令处理程序”。如果不选，Windows 会在您第一次共享时询问。"

; In another folder, the upgrade would leave the old version behind, without an uninstaller.
Function SkipOnUpgrade
  ReadRegStr $0 HKCU "${ABOUT}" "InstallLocation"
  ${If} $0 != ""
    Abort
  ${EndIf}
FunctionEnd

; A running program cannot be written to. The uninstaller's functions begin with "un.".
!macro CHECK_RUNNING un
Function ${un}CheckRunning
  again:
    ${IfNot} ${FileExists} "$INSTDIR\landline.exe"
      Return
    ${EndIf}
    ClearErrors
    FileOpen $0 "$INSTDIR\landline.exe" a
    ${IfNot} ${Errors}
      FileClose $0
      Return
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNNING)" /SD IDCANCEL IDRETRY again
    SetErrorLevel 2
    Quit
FunctionEnd
!macroend
!insertmacro CHECK_RUNNING ""
!insertmacro CHECK_RUNNING "un."

Section "$(PROGRAM_PART)" SectionProgram
  SectionIn RO
  Call CheckRunning
  SetOutPath "$INSTDIR"
  File "/oname=landline.exe" "${PROGRAM}"
  File "/oname=landline.com" "${CONSOLE}"
  File "${ROOT}\README.md"
  File "${ROOT}\LICENSE-MIT"
  File "${ROOT}\LICENSE-APACHE"
  File "/oname=LICENCES.txt" "${LICENCES}"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Landline.lnk" "$INSTDIR\landline.exe"

  WriteRegStr HKCU "${APP_PATH}" "" "$INSTDIR\landline.exe"
  WriteRegStr HKCU "${ABOUT}" "DisplayName" "Landline"
  WriteRegStr HKCU "${ABOUT}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${ABOUT}" "DisplayIcon" "$INSTDIR\landline.exe"
  WriteRegStr HKCU "${ABOUT}" "Publisher" "Landline"
  WriteRegStr HKCU "${ABOUT}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${ABOUT}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${ABOUT}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${ABOUT}" "NoModify" 1
  WriteRegDWORD HKCU "${ABOUT}" "NoRepair" 1
  SectionGetSize ${SectionProgram} $0
  WriteRegDWORD HKCU "${ABOUT}" "EstimatedSize" $0
SectionEnd

; Off by default, and therefore also when silent.
Section /o "$(FIREWALL)" SectionFirewall
  ; First delete any rules that Windows created for this program: a rule that blocks overrides one that allows.
  ; Full paths, so that an administrator does not run a program of the same name from the user's folder.
  SetOutPath "$SYSDIR"
  ClearErrors
  ExecShellWait "runas" "$SYSDIR\cmd.exe" '/c $SYSDIR\netsh.exe advfirewall firewall delete rule name=all dir=in program="$INSTDIR\landline.exe" & $SYSDIR\netsh.exe advfirewall firewall add rule name="Landline" dir=in action=allow profile=private protocol=TCP program="$INSTDIR\landline.exe"' SW_HIDE
  ${IfNot} ${Errors}
    WriteRegDWORD HKCU "${ABOUT}" "FirewallRule" 1
  ${EndIf}
  SetOutPath "$INSTDIR"
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionProgram} "$(ABOUT_PROGRAM)"
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionFirewall} "$(ABOUT_FIREWALL)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

; The user's settings and downloads are kept.
Section "Uninstall"
  Call un.CheckRunning
  ; The working directory of the programs started below; a folder cannot be removed while a process is in it.
  SetOutPath "$SYSDIR"
  ReadRegDWORD $0 HKCU "${ABOUT}" "FirewallRule"
  ; When silent, nobody can approve its removal, so the rule is kept: it only applies to this file, which is gone.
  ${If} $0 = 1
  ${AndIfNot} ${Silent}
    ClearErrors
    ExecShellWait "runas" "$SYSDIR\netsh.exe" 'advfirewall firewall delete rule name=all dir=in program="$INSTDIR\landline.exe"' SW_HIDE
    ${If} ${Errors}
      MessageBox MB_OK|MB_ICONINFORMATION "$(RULE_STAYS)"
    ${EndIf}
  ${EndIf}
  Delete "$SMPROGRAMS\Landline.lnk"
  Delete "$INSTDIR\landline.exe"
  Delete "$INSTDIR\landline.com"
  Delete "$INSTDIR\README.md"
  Delete "$INSTDIR\LICENSE-MIT"
  Delete "$INSTDIR\LICENSE-APACHE"
  Delete "$INSTDIR\LICENCES.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey HKCU "${APP_PATH}"
  ; The settings panel's switch writes it.
  DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "Landline"
  DeleteRegKey HKCU "${ABOUT}"
SectionEnd
