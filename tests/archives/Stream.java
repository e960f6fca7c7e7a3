import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Prints name and length of each entry of the archive on standard input, which it reads as a stream. */
class Stream {
    public static void main(String[] arguments) throws IOException {
        byte[] buffer = new byte[1 << 16];
        StringBuilder lines = new StringBuilder();
        try (ZipInputStream archive = new ZipInputStream(new BufferedInputStream(System.in, 1 << 16))) {
            for (ZipEntry entry; (entry = archive.getNextEntry()) != null;) {
                long length = 0;
                for (int read; (read = archive.read(buffer)) >= 0;) {
                    length += read;
                }
                lines.append(entry.getName()).append('\t').append(length).append('\n');
            }
        }
        System.out.print(lines);
    }
}
