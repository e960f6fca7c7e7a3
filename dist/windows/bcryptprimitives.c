/* The part of Windows 10 that current Rust needs and older versions of Wine lack. Only for try-under-wine.sh. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T len)
{
    while (len > 0) {
        ULONG some = len > 0x10000 ? 0x10000 : (ULONG)len;
        if (!RtlGenRandom(bytes, some))
            return FALSE;
        bytes += some;
        len -= some;
    }
    return TRUE;
}
