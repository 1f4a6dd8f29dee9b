/// Looks at eight bytes at a time (“SIMD within a register”; H. S. Warren, “Hacker's Delight”, section 6-1).
///
/// Every test sets the top bit of each byte that matches and no other bit, so that matches can be taken in order.
enum Scan {
  static let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
  static let high: UInt64 = 0x8080_8080_8080_8080

  /// A byte at all eight places.
  @inline(__always) static func pattern(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

  /// The bytes of `word` that are those of `pattern`.
  @inline(__always) static func equal(_ word: UInt64, _ pattern: UInt64) -> UInt64 {
    let difference = word ^ pattern
    return ~(((difference & low) &+ low) | difference | low)
  }

  /// The bytes below 0x0E: zero, tab, line feed, carriage return and the controls between them.
  @inline(__always) static func breaks(_ word: UInt64) -> UInt64 {
    ~(((word & low) &+ 0x7272_7272_7272_7272) | word) & high
  }

  /// The number of the first byte a test marked.
  @inline(__always) static func first(_ marks: UInt64) -> Int { marks.trailingZeroBitCount &>> 3 }

  @inline(__always) static func load(_ bytes: UnsafePointer<UInt8>) -> UInt64 {
    UInt64(littleEndian: UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self))
  }

  /// Where the first byte outside ASCII is.
  static func firstHigh(_ bytes: UnsafeRawBufferPointer) -> Int? {
    var index = 0
    while index &+ 8 <= bytes.count {
      let marks = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) & high
      if marks != 0 { return index &+ first(marks) }
      index &+= 8
    }
    while index < bytes.count {
      if bytes[index] >= 0x80 { return index }
      index &+= 1
    }
    return nil
  }
}
