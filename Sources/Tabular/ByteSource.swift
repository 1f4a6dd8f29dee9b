import Foundation
import Kernel

/// Something that hands out bytes in order, until there are none.
package protocol ByteReader: AnyObject {
  /// Copies the next bytes into `target`, as many as are at hand and fit.
  /// - Returns: how many; 0 only at the end.
  /// - Throws: `Problem` when the bytes cannot be had (disk error, damaged compression).
  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int
}

/// Where a delimited file comes from. It can be read any number of times, each time from its first byte.
///
/// Standard input and pipes are copied to an unnamed temporary file first, because the formats of a file are decided on
/// all its rows before the first row is handed out.
package final class ByteSource: Sendable {
  private enum Origin {
    case descriptor(Int32)
    case bytes([UInt8])
  }

  /// The name a person knows it by: the file's name, or “standard input”.
  package let name: String
  /// Bytes as stored, before any decompression.
  package let size: Int
  private let origin: Origin

  /// The bytes of a file.
  /// - Throws: `Problem` when it cannot be opened or is a folder.
  package convenience init(path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Problem(
        errno == ENOENT ? .notFound : .unavailable, "“\(path)” cannot be read: \(ByteSource.reason(errno)).",
        mend: "Check the name and the rights of the file.")
    }
    let name = path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) } ?? path
    try self.init(adopting: descriptor, name: name)
  }

  /// The bytes of an open file; the descriptor is closed with the source.
  package init(adopting descriptor: Int32, name: String) throws {
    self.name = name
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      close(descriptor)
      throw Problem(.invalid, "“\(name)” is not a file.", mend: "Name a file, not a folder.")
    }
    if status.st_mode & S_IFMT == S_IFREG {
      origin = .descriptor(descriptor)
      size = Int(status.st_size)
    } else {
      defer { close(descriptor) }
      let spooled = try ByteSource.spool(descriptor, name: name)
      origin = .descriptor(spooled.descriptor)
      size = spooled.size
    }
  }

  /// Bytes already in memory, such as a small upload.
  package init(bytes: [UInt8], name: String = "upload") {
    self.name = name
    size = bytes.count
    origin = .bytes(bytes)
  }

  /// Text already in memory.
  package convenience init(text: String, name: String = "text") { self.init(bytes: Array(text.utf8), name: name) }

  /// What is sent to the program's standard input.
  package static func standardInput() throws -> ByteSource {
    let copy = dup(STDIN_FILENO)
    guard copy >= 0 else {
      throw Problem(.unavailable, "Standard input is closed.", mend: "Pipe a file in, or name one.")
    }
    return try ByteSource(adopting: copy, name: "standard input")
  }

  deinit {
    if case .descriptor(let descriptor) = origin { close(descriptor) }
  }

  /// A reader of the stored bytes, from the first.
  package func makeReader() -> any ByteReader {
    switch origin {
    case .descriptor(let descriptor): FileBytes(descriptor, owner: self)
    case .bytes(let bytes): MemoryBytes(bytes)
    }
  }

  /// Copies stored bytes that begin at `offset`; thread safe.
  /// - Returns: how many were copied; fewer than asked for only at the end.
  func copy(from offset: Int, into target: UnsafeMutableRawBufferPointer) throws -> Int {
    switch origin {
    case .bytes(let bytes):
      let count = max(0, min(target.count, bytes.count - offset))
      if count > 0 { bytes.withUnsafeBytes { target.copyMemory(from: .init(rebasing: $0[offset..<offset + count])) } }
      return count
    case .descriptor(let descriptor):
      var filled = 0
      while filled < target.count, let base = target.baseAddress {
        let got = pread(descriptor, base + filled, target.count - filled, off_t(offset + filled))
        if got == 0 { break }
        if got < 0 {
          if errno == EINTR { continue }
          throw Problem(.unavailable, "Reading “\(name)” failed: \(ByteSource.reason(errno)).", mend: "Try again.")
        }
        filled += got
      }
      return filled
    }
  }

  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

  /// Copies a pipe to a temporary file that has no name any more.
  private static func spool(_ pipe: Int32, name: String) throws -> (descriptor: Int32, size: Int) {
    var template = Array((FileManager.default.temporaryDirectory.path + "/valuechain-XXXXXX").utf8CString)
    let file = mkstemp(&template)
    guard file >= 0 else {
      throw Problem(.unavailable, "No temporary file can be made: \(reason(errno)).", mend: "Free some disk space.")
    }
    unlink(template)
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    var size = 0
    while true {
      let got = Foundation.read(pipe, buffer.baseAddress, buffer.count)
      if got == 0 { return (file, size) }
      if got < 0 && errno == EINTR { continue }
      var written = 0
      while got > 0 && written < got, let base = buffer.baseAddress {
        let put = Foundation.write(file, base + written, got - written)
        if put > 0 { written += put } else if errno != EINTR { break }
      }
      guard got > 0, written == got else {
        let why = reason(errno)
        close(file)
        throw Problem(.unavailable, "Reading \(name) failed: \(why).", mend: "Free some disk space and try again.")
      }
      size += got
    }
  }
}

/// Reads a file by offset, so that several readers may share its descriptor.
final class FileBytes: ByteReader {
  private let owner: ByteSource
  private var offset = 0

  init(_ descriptor: Int32, owner: ByteSource) { self.owner = owner }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try owner.copy(from: offset, into: target)
    offset += count
    return count
  }
}

/// Reads bytes in memory.
final class MemoryBytes: ByteReader {
  private let bytes: [UInt8]
  private var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = min(target.count, bytes.count - offset)
    guard count > 0 else { return 0 }
    bytes.withUnsafeBytes { target.copyMemory(from: .init(rebasing: $0[offset..<offset + count])) }
    offset += count
    return count
  }
}

extension ByteReader {
  /// Reads until `target` is full or the bytes end.
  func fill(_ target: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    while filled < target.count {
      let got = try read(into: .init(rebasing: target[filled...]))
      if got == 0 { break }
      filled += got
    }
    return filled
  }

  /// The next bytes, at most `count` of them.
  func prefix(_ count: Int) throws -> [UInt8] {
    // Readers that change the encoding need some room to hand out anything, so there is a little more than asked for.
    let bytes = try [UInt8](unsafeUninitializedCapacity: count + 16) { buffer, filled in
      while filled < count {
        let got = try read(into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[filled...])))
        if got == 0 { break }
        filled += got
      }
    }
    return bytes.count > count ? Array(bytes[..<count]) : bytes
  }
}
