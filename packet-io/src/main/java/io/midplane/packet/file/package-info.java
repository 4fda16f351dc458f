/**
 * Capture files: pcap and pcapng, read and written frame by frame. Start at {@link
 * io.midplane.packet.file.CaptureWriter} and {@link io.midplane.packet.file.CaptureReader}.
 */
@NullMarked
package io.midplane.packet.file;

import org.jspecify.annotations.NullMarked;
