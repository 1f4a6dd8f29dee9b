/// Hands out a file's characters as UTF-8, whatever they were stored in, without a byte order mark.
final class TextBytes: ByteReader {
  /// nil while every byte so far was ASCII.
  private(set) var encoding: TextEncoding?
  private let inner: any ByteReader
  private var raw = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
  private var rawStart = 0
  private var rawEnd = 0
  private var atStart = true
  private var inputEnded = false
  private var highSurrogate: UInt32?

  /// - Parameter encoding: nil to decide at the first byte that is not ASCII.
  init(_ inner: any ByteReader, encoding: TextEncoding?) {
    self.inner = inner
    self.encoding = encoding
  }

  deinit { raw.deallocate() }

  /// - Parameter target: at least 16 bytes.
  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    precondition(target.count >= 16, "A character may need more room than there is.")
    if atStart { try skipMark() }
    if encoding == nil || encoding == .utf8 { return try pass(into: target) }
    var written = 0
    while written == 0 {
      try refill()
      guard rawStart < rawEnd else { return flush(into: target) }
      written = encoding == .windows1252 ? widen(into: target) : decodeUTF16(into: target)
    }
    return written
  }

  private func skipMark() throws {
    atStart = false
    rawEnd = try inner.fill(.init(rebasing: raw[0..<4]))
    let marks = raw[0..<rawEnd].map { $0 }
    switch encoding {
    case nil, .utf8: if marks.starts(with: [0xEF, 0xBB, 0xBF]) { rawStart = 3 }
    case .utf16LittleEndian: if marks.starts(with: [0xFF, 0xFE]) { rawStart = 2 }
    case .utf16BigEndian: if marks.starts(with: [0xFE, 0xFF]) { rawStart = 2 }
    case .windows1252: break
    }
    if rawStart == 3 { encoding = .utf8 }
  }

  private func refill() throws {
    guard !inputEnded, rawEnd - rawStart < 4 else { return }
    let left = rawEnd - rawStart
    for index in 0..<left { raw[index] = raw[rawStart + index] }
    let got = try inner.read(into: .init(rebasing: raw[left...]))
    rawStart = 0
    rawEnd = left + got
    inputEnded = got == 0
  }

  /// Bytes that are UTF-8 already, or ASCII so far.
  private func pass(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    var count = rawEnd - rawStart
    if count > 0 {
      target.copyMemory(from: .init(rebasing: raw[rawStart..<rawEnd]))
      rawStart = rawEnd
    }
    count += try inner.read(into: .init(rebasing: target[count...]))
    guard encoding == nil, let first = Scan.firstHigh(UnsafeRawBufferPointer(rebasing: target[..<count])) else {
      return count
    }
    let rest = UnsafeRawBufferPointer(rebasing: target[first..<count])
    if UTF8Check.isValid(rest, mayBeCut: true) {
      encoding = .utf8
      return count
    }
    encoding = .windows1252
    if rest.count > raw.count {
      raw.deallocate()
      raw = .allocate(byteCount: rest.count, alignment: 16)
    }
    raw.copyMemory(from: rest)
    rawStart = 0
    rawEnd = rest.count
    return first > 0 ? first : widen(into: target)
  }

  private func widen(into target: UnsafeMutableRawBufferPointer) -> Int {
    var written = 0
    while rawStart < rawEnd, written + 3 <= target.count {
      let byte = raw[rawStart]
      rawStart += 1
      if byte < 0x80 {
        target[written] = byte
        written += 1
      } else {
        let scalar = byte < 0xA0 ? UInt32(TextEncoding.windowsUpper[Int(byte & 0x1F)]) : UInt32(byte)
        written += TextBytes.encode(scalar, into: target, at: written)
      }
    }
    return written
  }

  private func decodeUTF16(into target: UnsafeMutableRawBufferPointer) -> Int {
    var written = 0
    while rawEnd - rawStart >= 2, written + 8 <= target.count {
      let first = UInt32(raw[rawStart])
      let second = UInt32(raw[rawStart + 1])
      rawStart += 2
      let unit = encoding == .utf16LittleEndian ? second << 8 | first : first << 8 | second
      if let high = highSurrogate {
        highSurrogate = nil
        if (0xDC00...0xDFFF).contains(unit) {
          let scalar = 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00)
          written += TextBytes.encode(scalar, into: target, at: written)
          continue
        }
        written += TextBytes.encode(0xFFFD, into: target, at: written)
      }
      if (0xD800...0xDBFF).contains(unit) {
        highSurrogate = unit
      } else {
        let scalar = (0xDC00...0xDFFF).contains(unit) ? 0xFFFD : unit
        written += TextBytes.encode(scalar, into: target, at: written)
      }
    }
    if inputEnded && rawEnd - rawStart == 1 {
      rawStart = rawEnd
      written += TextBytes.encode(0xFFFD, into: target, at: written)
    }
    return written
  }

  /// A surrogate left alone at the very end.
  private func flush(into target: UnsafeMutableRawBufferPointer) -> Int {
    guard highSurrogate != nil else { return 0 }
    highSurrogate = nil
    return TextBytes.encode(0xFFFD, into: target, at: 0)
  }

  private static func encode(_ scalar: UInt32, into target: UnsafeMutableRawBufferPointer, at index: Int) -> Int {
    func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | (scalar >> shift & 0x3F)) }
    switch scalar {
    case ..<0x80:
      target[index] = UInt8(truncatingIfNeeded: scalar)
      return 1
    case ..<0x800:
      target[index] = UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6)
      target[index + 1] = tail(0)
      return 2
    case ..<0x10000:
      target[index] = UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12)
      target[index + 1] = tail(6)
      target[index + 2] = tail(0)
      return 3
    default:
      target[index] = UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18)
      target[index + 1] = tail(12)
      target[index + 2] = tail(6)
      target[index + 3] = tail(0)
      return 4
    }
  }
}
