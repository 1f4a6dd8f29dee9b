import CZlib
import Kernel

/// The entries of a ZIP archive, read where they lie.
struct ZipArchive: Sendable {
  struct Entry: Sendable {
    let name: String
    /// 0 stored, 8 deflated.
    let method: Int
    let isEncrypted: Bool
    let checksum: UInt32
    let packed: Int
    let size: Int
    let offset: Int
  }

  private static let directoryLimit = 4 << 20
  let source: ByteSource
  let entries: [String: Entry]

  /// Whether bytes begin as an archive does.
  static func recognises(_ start: [UInt8]) -> Bool { start.starts(with: [0x50, 0x4B, 0x03, 0x04]) }

  /// Reads the directory at the end of the archive.
  /// - Throws: `Problem` when there is none, or it points outside the file.
  init(_ source: ByteSource) throws {
    self.source = source
    let end = try ZipArchive.end(of: source)
    let count = end.short(10)
    let size = end.long(12)
    let offset = end.long(16)
    guard count < 0xFFFF, size <= ZipArchive.directoryLimit, offset &+ size <= source.size else {
      throw ZipArchive.damaged(source)
    }
    let directory = try ZipArchive.bytes(of: source, from: offset, count: size)
    var entries: [String: Entry] = [:]
    var place = 0
    for _ in 0..<count {
      let piece = directory.dropFirst(place)
      guard piece.count >= 46, Array(piece.prefix(4)) == [0x50, 0x4B, 0x01, 0x02] else {
        throw ZipArchive.damaged(source)
      }
      let head = ZipFields(Array(piece.prefix(46)))
      let length = head.short(28)
      guard piece.count >= 46 + length else { throw ZipArchive.damaged(source) }
      let name = String(decoding: piece.dropFirst(46).prefix(length), as: UTF8.self)
      entries[name] = Entry(
        name: name, method: head.short(10), isEncrypted: head.short(8) & 1 == 1, checksum: UInt32(head.long(16)),
        packed: head.long(20), size: head.long(24), offset: head.long(42))
      place += 46 + length + head.short(30) + head.short(32)
    }
    self.entries = entries
  }

  /// The unpacked bytes of an entry, checked against its checksum at their end.
  /// - Parameter limit: unpacking more than this is refused.
  func reader(of entry: Entry, limit: Int) throws -> any ByteReader {
    guard !entry.isEncrypted else {
      throw Problem(
        .invalid, "“\(source.name)” is protected by a password.", mend: "Save it without one and send it again.")
    }
    let head = ZipFields(try ZipArchive.bytes(of: source, from: entry.offset, count: 30))
    guard head.bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) else { throw ZipArchive.damaged(source) }
    let start = entry.offset + 30 + head.short(26) + head.short(28)
    guard start <= source.size, entry.packed <= source.size - start else { throw ZipArchive.damaged(source) }
    let packed = RangeBytes(source, from: start, count: entry.packed)
    switch entry.method {
    case 0: return CheckedBytes(packed, entry: entry, limit: limit, name: source.name)
    case 8: return CheckedBytes(InflateBytes(packed, name: source.name), entry: entry, limit: limit, name: source.name)
    default: throw ZipArchive.damaged(source)
    }
  }

  /// The record that ends the archive; a comment may follow it.
  private static func end(of source: ByteSource) throws -> ZipFields {
    let count = min(source.size, 22 + 0xFFFF)
    let tail = try bytes(of: source, from: source.size - count, count: count)
    var place = count - 22
    while place >= 0 {
      if tail[place] == 0x50, tail[place + 1] == 0x4B, tail[place + 2] == 0x05, tail[place + 3] == 0x06 {
        let fields = ZipFields(Array(tail[place..<place + 22]))
        if place + 22 + fields.short(20) == count { return fields }
      }
      place -= 1
    }
    throw damaged(source)
  }

  private static func bytes(of source: ByteSource, from offset: Int, count: Int) throws -> [UInt8] {
    guard offset >= 0, count >= 0, offset <= source.size, count <= source.size - offset else { throw damaged(source) }
    let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = try source.copy(from: offset, into: UnsafeMutableRawBufferPointer(buffer))
    }
    guard bytes.count == count else { throw damaged(source) }
    return bytes
  }

  static func damaged(_ source: ByteSource) -> Problem {
    Problem(
      .invalid, field: "file", "“\(source.name)” is a ZIP archive that cannot be read.",
      mend: "Send the file again, or save it as CSV (UTF-8).")
  }
}

/// Numbers in the records of an archive, lowest byte first; 0 where the record ends before.
struct ZipFields {
  let bytes: [UInt8]
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private func byte(_ place: Int) -> Int { bytes.indices.contains(place) ? Int(bytes[place]) : 0 }

  func short(_ place: Int) -> Int { byte(place) | byte(place + 1) << 8 }
  func long(_ place: Int) -> Int { short(place) | short(place + 2) << 16 }
}

/// A stretch of a file.
final class RangeBytes: ByteReader {
  private let source: ByteSource
  private var offset: Int
  private let end: Int

  init(_ source: ByteSource, from start: Int, count: Int) {
    self.source = source
    offset = start
    end = start + count
  }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = min(target.count, end - offset)
    guard count > 0 else { return 0 }
    let got = try source.copy(from: offset, into: .init(rebasing: target[..<count]))
    offset += got
    return got
  }
}

/// Holds what an archive unpacks to its word: not more bytes than allowed, the checksum at the end.
final class CheckedBytes: ByteReader {
  private let inner: any ByteReader
  private let entry: ZipArchive.Entry
  private let limit: Int
  private let name: String
  private var checksum: UInt = 0
  private var count = 0

  init(_ inner: any ByteReader, entry: ZipArchive.Entry, limit: Int, name: String) {
    self.inner = inner
    self.entry = entry
    self.limit = limit
    self.name = name
  }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    guard target.count > 0 else { return 0 }
    let got = try inner.read(into: target)
    guard got > 0 else {
      guard UInt32(truncatingIfNeeded: checksum) == entry.checksum else {
        throw Problem(
          .invalid, field: "file", "“\(name)” is damaged: its compressed data cannot be read.",
          mend: "Send the file again.")
      }
      return 0
    }
    count += got
    // Deflate packs at most 1 : 1,032; honest sheets stay far below 1 : 200.
    guard count <= limit, count < 64 << 20 || count / 200 <= max(1, entry.packed) else {
      throw Problem(
        .tooLarge, field: "file", "“\(name)” unpacks to more than a workbook holds.",
        mend: "Save the sheet as CSV (UTF-8) and send that.")
    }
    checksum = crc32(checksum, target.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(clamping: got))
    return got
  }
}

/// Unpacks deflated bytes as they are read.
final class InflateBytes: ByteReader {
  private let inner: any ByteReader
  private let name: String
  private let stream: UnsafeMutablePointer<z_stream>
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
  private var isStarted = false
  private var isOver = false

  init(_ inner: any ByteReader, name: String) {
    self.inner = inner
    self.name = name
    // zlib keeps a pointer to its stream, so the stream must never move.
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
  }

  deinit {
    if isStarted { inflateEnd(stream) }
    stream.deallocate()
    input.deallocate()
  }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    guard target.count > 0, !isOver else { return 0 }
    if !isStarted {
      guard inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
        throw Problem(.unavailable, "There is no memory to unpack “\(name)”.", mend: "Try again.")
      }
      isStarted = true
    }
    let room = UInt32(clamping: target.count)
    stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = room
    while stream.pointee.avail_out == room, !isOver { try step() }
    return Int(room - stream.pointee.avail_out)
  }

  private func step() throws {
    if stream.pointee.avail_in == 0 {
      let got = try inner.read(into: input)
      guard got > 0 else { throw damaged }
      stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_in = UInt32(clamping: got)
    }
    switch inflate(stream, Z_NO_FLUSH) {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isOver = true
    default: throw damaged
    }
  }

  private var damaged: Problem {
    Problem(
      .invalid, field: "file", "“\(name)” is damaged: its compressed data cannot be read.", mend: "Send the file again."
    )
  }
}
