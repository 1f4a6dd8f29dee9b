/// How far apart two spellings are.
package enum Spelling {
  /// Whether one letter too many, too few, another one, or two that changed places make one word of the other
  /// (the distance of Damerau and Levenshtein is at most 1).
  package static func isOneLetterOff(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
    guard abs(left.count - right.count) <= 1, left != right else { return false }
    let head = zip(left, right).prefix { $0 == $1 }.count
    let tail = zip(left.reversed(), right.reversed()).prefix { $0 == $1 }.count
    let middle = (left.count - min(head + tail, left.count), right.count - min(head + tail, right.count))
    if max(middle.0, middle.1) <= 1 { return true }
    return left.count == right.count && head + tail == left.count - 2 && left[head] == right[head + 1]
      && left[head + 1] == right[head]
  }

  /// The similarity of Jaro (1989) with Winkler's reward (1990) of 0.1 for each of up to four equal first letters; 0 to 1.
  package static func jaroWinkler(_ left: [UInt8], _ right: [UInt8]) -> Double {
    let jaro = jaro(left, right)
    let same = zip(left, right).prefix(4).prefix { $0 == $1 }.count
    return jaro + Double(same) * 0.1 * (1 - jaro)
  }

  private static func jaro(_ left: [UInt8], _ right: [UInt8]) -> Double {
    guard !left.isEmpty, !right.isEmpty else { return left.count == right.count ? 1 : 0 }
    let reach = max(0, max(left.count, right.count) / 2 - 1)
    var taken = [Bool](repeating: false, count: right.count)
    var common: [UInt8] = []
    for (place, letter) in left.enumerated() {
      let (low, high) = (max(0, place - reach), min(right.count, place + reach + 1))
      guard low < high, let other = (low..<high).first(where: { !taken[$0] && right[$0] == letter }) else { continue }
      taken[other] = true
      common.append(letter)
    }
    guard !common.isEmpty else { return 0 }
    var turned = 0
    var next = 0
    for (place, letter) in right.enumerated() where taken[place] {
      if common[next] != letter { turned += 1 }
      next += 1
    }
    let (count, swaps) = (Double(common.count), Double(turned / 2))
    return (count / Double(left.count) + count / Double(right.count) + (count - swaps) / count) / 3
  }
}
