/// A telephone number as digits, so that it is the same however it is written.
package struct PhoneNumber: Sendable, Hashable {
  /// With the code of the country when it was written (`+49 30 …` and `0049 30 …` are `4930…`), else as it stands
  /// without the leading 0.
  package let digits: String
  package let hasCountry: Bool

  /// - Parameter text: as anybody writes it; nil with fewer than five digits or more than fifteen.
  package init?(_ text: String) {
    let digits = Words.digits(text)
    guard 5...17 ~= digits.utf8.count else { return nil }
    let plus = text.utf8.first { $0 > 32 && $0 != UInt8(ascii: "(") } == UInt8(ascii: "+")
    let zeros = digits.utf8.prefix { $0 == 48 }.count
    hasCountry = plus || zeros == 2
    var bare = String(digits.dropFirst(zeros))
    // +49 (0)30 is written by people who mean both readers.
    if hasCountry, let place = text.range(of: "(0)") {
      let head = Words.digits(String(text[..<place.lowerBound])).drop { $0 == "0" }
      bare = head + Words.digits(String(text[place.upperBound...]))
    }
    guard 4...15 ~= bare.utf8.count else { return nil }
    self.digits = bare
  }

  /// What it is kept under: whole, and without the code of the country, which has one to three digits.
  package var keys: [String] { [digits] + national }

  /// The number without each code of a country it may begin with.
  package var national: [String] {
    guard hasCountry else { return [] }
    return (1...3).map { String(digits.dropFirst($0)) }.filter { $0.utf8.count > 4 }
  }

  /// Whether two numbers ring at the same place: equal, or equal in their last eight digits where one lacks the country.
  package func isSame(as other: PhoneNumber) -> Bool {
    if digits == other.digits { return true }
    guard hasCountry != other.hasCountry else { return false }
    let (long, short) = hasCountry ? (self, other) : (other, self)
    return short.digits.utf8.count > 5 && long.national.contains(short.digits)
  }
}
