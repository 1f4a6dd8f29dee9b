import CZlib
import Kernel

/// Writes a ZIP archive in one pass, each entry deflated as its bytes come. Memory does not grow with the archive.
package final class ZipWriter {
  private struct Entry {
    let name: [UInt8]
    let offset: Int
    var checksum: UInt32 = 0
    var packed = 0
    var size = 0
  }

  private let sink: SafeCSVWriter.Sink
  private let stream: UnsafeMutablePointer<z_stream>
  private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
  private var isDeflating = false
  private var entries: [Entry] = []
  private var written = 0
  private var checksum: UInt = 0

  package init(to sink: @escaping SafeCSVWriter.Sink) {
    self.sink = sink
    // zlib keeps a pointer to its stream, so the stream must never move.
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
  }

  deinit {
    if isDeflating { deflateEnd(stream) }
    stream.deallocate()
    output.deallocate()
  }

  func begin(_ name: String) throws {
    let entry = Entry(name: Array(name.utf8), offset: written)
    entries.append(entry)
    checksum = 0
    // Sizes and checksum follow the bytes (flag 8); names are UTF-8 (flag 0x800).
    try put([0x50, 0x4B, 0x03, 0x04] + head(entry) + short(entry.name.count) + short(0) + entry.name)
    stream.pointee = z_stream()
    guard
      deflateInit2_(
        stream, 1, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw Problem(.unavailable, "There is no memory to pack the file.", mend: "Try again.") }
    isDeflating = true
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    let start = base.assumingMemoryBound(to: UInt8.self)
    checksum = crc32(checksum, start, UInt32(clamping: bytes.count))
    entries[entries.count - 1].size += bytes.count
    stream.pointee.next_in = UnsafeMutablePointer(mutating: start)
    stream.pointee.avail_in = UInt32(clamping: bytes.count)
    while stream.pointee.avail_in > 0 { _ = try pack(Z_NO_FLUSH) }
  }

  func end() throws {
    while try pack(Z_FINISH) != Z_STREAM_END {}
    deflateEnd(stream)
    isDeflating = false
    entries[entries.count - 1].checksum = UInt32(truncatingIfNeeded: checksum)
    let entry = entries[entries.count - 1]
    guard entry.size < Int(UInt32.max), written < Int(UInt32.max) else {
      throw Problem(.tooLarge, "The file is larger than a workbook may be.", mend: "Take it as CSV.")
    }
    try put([0x50, 0x4B, 0x07, 0x08] + sizes(entry))
  }

  package func entry(_ name: String, _ text: String) throws {
    try begin(name)
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
    try end()
  }

  /// Writes the directory.
  package func finish() throws {
    let start = written
    for entry in entries {
      try put(
        [0x50, 0x4B, 0x01, 0x02] + short(20) + head(entry) + short(entry.name.count) + short(0) + short(0) + short(0)
          + short(0) + long(0) + long(entry.offset) + entry.name)
    }
    let size = written - start
    try put(
      [0x50, 0x4B, 0x05, 0x06] + short(0) + short(0) + short(entries.count) + short(entries.count) + long(size)
        + long(start) + short(0))
  }

  private func pack(_ flush: Int32) throws -> Int32 {
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(output.count)
    let state = deflate(stream, flush)
    guard state == Z_OK || state == Z_STREAM_END || state == Z_BUF_ERROR else {
      throw Problem(.unavailable, "The file could not be packed.", mend: "Try again.")
    }
    let count = output.count - Int(stream.pointee.avail_out)
    entries[entries.count - 1].packed += count
    written += count
    if count > 0 { try sink(UnsafeRawBufferPointer(rebasing: output[..<count])) }
    return state
  }

  /// From “version needed” to the uncompressed size, as both kinds of header have it.
  private func head(_ entry: Entry) -> [UInt8] {
    // 1980-01-01: the same rows make the same file.
    short(20) + short(0x0808) + short(8) + short(0) + short(0x21) + sizes(entry)
  }

  private func sizes(_ entry: Entry) -> [UInt8] { long(Int(entry.checksum)) + long(entry.packed) + long(entry.size) }

  private func short(_ value: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
  }

  private func long(_ value: Int) -> [UInt8] { short(value) + short(value >> 16) }

  private func put(_ bytes: [UInt8]) throws {
    written += bytes.count
    try bytes.withUnsafeBytes { try sink($0) }
  }
}
