import CZlib
import Kernel

/// Decompresses gzip as it is read, including files made of several members one after the other.
final class GunzipBytes: ByteReader {
  private let inner: any ByteReader
  private let name: String
  private let stream: UnsafeMutablePointer<z_stream>
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
  private var started = false
  private var insideMember = false
  private var inputEnded = false

  init(_ inner: any ByteReader, name: String) {
    self.inner = inner
    self.name = name
    // zlib keeps a pointer to its stream, so the stream must never move.
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
  }

  deinit {
    if started { inflateEnd(stream) }
    stream.deallocate()
    input.deallocate()
  }

  /// Whether bytes begin as gzip does.
  static func recognises(_ start: [UInt8]) -> Bool { start.count >= 2 && start[0] == 0x1F && start[1] == 0x8B }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    guard target.count > 0 else { return 0 }
    try start()
    stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(clamping: target.count)
    let room = Int(stream.pointee.avail_out)
    while stream.pointee.avail_out == UInt32(room) {
      try refill()
      if !insideMember {
        guard try enterMember() else { return 0 }
      }
      try step()
    }
    return room - Int(stream.pointee.avail_out)
  }

  private func start() throws {
    guard !started else { return }
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else {
      throw Problem(.unavailable, "There is no memory to decompress “\(name)”.", mend: "Try again.")
    }
    started = true
  }

  private func refill() throws {
    guard stream.pointee.avail_in == 0, !inputEnded else { return }
    let count = try inner.read(into: input)
    inputEnded = count == 0
    stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_in = UInt32(count)
  }

  /// Steps over padding to the next member; false at the end of the file.
  private func enterMember() throws -> Bool {
    while true {
      try refill()
      guard stream.pointee.avail_in > 0, let next = stream.pointee.next_in else { return false }
      if next.pointee == 0x1F {
        guard inflateReset(stream) == Z_OK else { throw damaged }
        insideMember = true
        return true
      }
      guard next.pointee == 0 else { throw damaged }
      stream.pointee.next_in = next + 1
      stream.pointee.avail_in -= 1
    }
  }

  private func step() throws {
    guard stream.pointee.avail_in > 0 else {
      throw Problem(
        .invalid, "“\(name)” ends in the middle of its compressed data.",
        mend: "Send the file again; this copy is not complete.")
    }
    switch inflate(stream, Z_NO_FLUSH) {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: insideMember = false
    default: throw damaged
    }
  }

  private var damaged: Problem {
    Problem(.invalid, "“\(name)” is damaged: its compressed data cannot be read.", mend: "Send the file again.")
  }
}
