/// A QR code of bytes (ISO/IEC 18004, byte mode, error correction M, versions 1 to 10), drawn as SVG.
package struct QRCode: Part {
  /// What each version holds at level M: correction bytes of a block, and blocks with their data bytes.
  private struct Version {
    let number: Int
    let correction: Int
    let blocks: [Int]
    let alignment: [Int]
    var capacity: Int { blocks.reduce(0, +) }
    var size: Int { number * 4 + 17 }

    static let all = [
      Version(number: 1, correction: 10, blocks: [16], alignment: []),
      Version(number: 2, correction: 16, blocks: [28], alignment: [6, 18]),
      Version(number: 3, correction: 26, blocks: [44], alignment: [6, 22]),
      Version(number: 4, correction: 18, blocks: [32, 32], alignment: [6, 26]),
      Version(number: 5, correction: 24, blocks: [43, 43], alignment: [6, 30]),
      Version(number: 6, correction: 16, blocks: [27, 27, 27, 27], alignment: [6, 34]),
      Version(number: 7, correction: 18, blocks: [31, 31, 31, 31], alignment: [6, 22, 38]),
      Version(number: 8, correction: 22, blocks: [38, 38, 39, 39], alignment: [6, 24, 42]),
      Version(number: 9, correction: 22, blocks: [36, 36, 36, 37, 37], alignment: [6, 26, 46]),
      Version(number: 10, correction: 26, blocks: [43, 43, 43, 43, 44], alignment: [6, 28, 50]),
    ]
  }

  /// Rows of modules, true where it is dark.
  package let modules: [[Bool]]
  let label: String

  /// - Parameter label: what a screen reader says.
  /// - Returns: nil when there are more than 213 bytes.
  package init?(_ bytes: [UInt8], label: String) {
    self.label = label
    let wanted = bytes.count
    guard let version = Version.all.first(where: { ($0.number < 10 ? 12 : 20) + wanted * 8 <= $0.capacity * 8 }) else {
      return nil
    }
    let words = QRCode.interleaved(QRCode.data(bytes, version), version)
    var drawn = QRDrawing(size: version.size)
    drawn.patterns(version: version.number, alignment: version.alignment)
    drawn.fill(words)
    modules = drawn.masked()
  }

  package var html: HTML {
    let size = modules.count + 8
    let path: HTML = modules.enumerated().html { row, line in
      QRCode.runs(line).html { run in "M\(run.lowerBound + 4) \(row + 4)h\(run.count)v1h-\(run.count)z" }
    }
    return """
      <svg class="vc-qr" viewBox="0 0 \(size) \(size)" role="img" aria-label="\(words: label)" shape-rendering="crispEdges">\
      <rect width="\(size)" height="\(size)" fill="#ffffff"/><path d="\(path)" fill="#000000"/></svg>
      """
  }

  private static func runs(_ line: [Bool]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    for (place, isDark) in line.enumerated() where isDark {
      if let last = found.last, last.upperBound == place {
        found[found.count - 1] = last.lowerBound..<(place + 1)
      } else {
        found.append(place..<(place + 1))
      }
    }
    return found
  }

  /// The data words: mode, length, bytes, an end, padding.
  private static func data(_ bytes: [UInt8], _ version: Version) -> [UInt8] {
    var bits: [Bool] = []
    func add(_ value: Int, _ count: Int) {
      for place in (0..<count).reversed() { bits.append(value >> place & 1 == 1) }
    }
    add(0b0100, 4)
    add(bytes.count, version.number < 10 ? 8 : 16)
    for byte in bytes { add(Int(byte), 8) }
    add(0, min(4, version.capacity * 8 - bits.count))
    add(0, (8 - bits.count % 8) % 8)
    var words = stride(from: 0, to: bits.count, by: 8).map { start in
      bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
    }
    var padding: UInt8 = 0xEC
    while words.count < version.capacity {
      words.append(padding)
      padding ^= 0xEC ^ 0x11
    }
    return words
  }

  /// The words of the blocks taken in turn, then their correction words taken in turn.
  private static func interleaved(_ data: [UInt8], _ version: Version) -> [UInt8] {
    var blocks: [[UInt8]] = []
    var start = 0
    for count in version.blocks {
      blocks.append(Array(data[start..<start + count]))
      start += count
    }
    let divisor = ReedSolomon.divisor(version.correction)
    let checks = blocks.map { ReedSolomon.remainder($0, divisor) }
    return inTurn(blocks) + inTurn(checks)
  }

  private static func inTurn(_ blocks: [[UInt8]]) -> [UInt8] {
    let longest = blocks.map(\.count).max() ?? 0
    return (0..<longest).flatMap { place in blocks.compactMap { place < $0.count ? $0[place] : nil } }
  }
}

/// Error correction over the field of 256 elements with the polynomial 0x11D.
private enum ReedSolomon {
  static func divisor(_ degree: Int) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: degree - 1) + [1]
    var root: UInt8 = 1
    for _ in 0..<degree {
      for place in result.indices {
        result[place] = product(result[place], root)
        if place + 1 < result.count { result[place] ^= result[place + 1] }
      }
      root = product(root, 2)
    }
    return result
  }

  static func remainder(_ data: [UInt8], _ divisor: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: divisor.count)
    for byte in data {
      let factor = byte ^ result.removeFirst()
      result.append(0)
      for (place, coefficient) in divisor.enumerated() { result[place] ^= product(coefficient, factor) }
    }
    return result
  }

  private static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
    var result = 0
    for place in (0..<8).reversed() {
      result = (result << 1) ^ ((result >> 7) * 0x11D)
      result ^= Int(right >> place & 1) * Int(left)
    }
    return UInt8(truncatingIfNeeded: result)
  }
}
