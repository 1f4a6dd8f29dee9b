/// How the characters of a file are written as bytes.
package enum TextEncoding: String, Sendable, Codable, CaseIterable {
  case utf8 = "utf-8"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"
  case windows1252 = "windows-1252"

  /// The encoding the first bytes of a file speak for; nil while they are plain ASCII, which fits several.
  ///
  /// A byte order mark decides; then zero bytes at every other place mean UTF-16; then bytes that are not UTF-8 mean
  /// Windows-1252.
  static func detect(_ sample: UnsafeRawBufferPointer) -> TextEncoding? {
    let marks = sample.prefix(3).map { $0 }
    if marks == [0xEF, 0xBB, 0xBF] { return .utf8 }
    if marks.prefix(2) == [0xFF, 0xFE] { return .utf16LittleEndian }
    if marks.prefix(2) == [0xFE, 0xFF] { return .utf16BigEndian }
    var zeros = (even: 0, odd: 0)
    for (index, byte) in sample.enumerated() where byte == 0 {
      if index % 2 == 0 { zeros.even += 1 } else { zeros.odd += 1 }
    }
    let half = sample.count / 2
    if zeros.odd * 10 > half * 4 && zeros.even * 20 <= half { return .utf16LittleEndian }
    if zeros.even * 10 > half * 4 && zeros.odd * 20 <= half { return .utf16BigEndian }
    guard let first = sample.firstIndex(where: { $0 >= 0x80 }) else { return nil }
    let rest = UnsafeRawBufferPointer(rebasing: sample[first...])
    return UTF8Check.isValid(rest, mayBeCut: true) ? .utf8 : .windows1252
  }

  /// The Unicode scalars of the Windows-1252 bytes 0x80 to 0x9F; the five unassigned bytes stay control characters,
  /// which later checks refuse. Source: the WHATWG Encoding Standard, index windows-1252.
  static let windowsUpper: [UInt16] = [
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D,
    0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
    0x0153, 0x009D, 0x017E, 0x0178,
  ]
}

/// Whether bytes are well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
enum UTF8Check {
  /// - Parameter mayBeCut: accept a sequence that the end of the bytes cuts short.
  static func isValid(_ bytes: UnsafeRawBufferPointer, mayBeCut: Bool = false) -> Bool {
    var index = 0
    let count = bytes.count
    while index < count {
      if index &+ 8 <= count, bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & Scan.high == 0 {
        index &+= 8
        continue
      }
      let lead = bytes[index]
      if lead < 0x80 {
        index &+= 1
        continue
      }
      let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
      guard lead >= 0xC2, lead <= 0xF4 else { return false }
      for step in 1..<length {
        guard index &+ step < count else { return mayBeCut }
        let byte = bytes[index &+ step]
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        if step == 1 {
          if lead == 0xE0 { low = 0xA0 } else if lead == 0xF0 { low = 0x90 }
          if lead == 0xED { high = 0x9F } else if lead == 0xF4 { high = 0x8F }
        }
        guard byte >= low, byte <= high else { return false }
      }
      index &+= length
    }
    return true
  }
}
