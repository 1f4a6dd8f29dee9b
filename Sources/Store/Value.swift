import Kernel

/// A value as a database holds it.
package enum Value: Sendable, Hashable {
  case null
  case int(Int64)
  case double(Double)
  case text(String)
  case blob([UInt8])
}

extension Value {
  /// Refuses what one of the two stores could not hold: a NUL in text, a number that is none.
  func refuseUnstorable() throws {
    switch self {
    case .text(let text):
      guard !text.utf8.contains(0) else {
        throw Problem(.invalid, "There is a NUL character in a text.", mend: "Remove it and try again.")
      }
    case .double(let number):
      guard number.isFinite else {
        throw Problem(.invalid, "\(number) is not a number that can be kept.", mend: "Check what it was computed from.")
      }
    default: break
    }
  }
}

/// Something that can be bound to a statement.
package protocol Bindable {
  var stored: Value { get }
}

/// Something that can be bound and read back. Reading the wrong type throws; it never traps.
package protocol Storable: Bindable {
  /// - Throws: `Problem` when the value is of another type.
  init(stored: Value) throws
}

/// What a row that cannot be read says. It means a damaged or foreign file, not bad input.
func unreadable(_ wanted: String, _ found: Value) -> Problem {
  Problem(.unavailable, "The store holds \(found) where \(wanted) belongs.", mend: "Restore a backup.")
}

extension Value: Storable {
  package var stored: Value { self }
  package init(stored: Value) { self = stored }
}

extension Int64: Storable {
  package var stored: Value { .int(self) }
  package init(stored: Value) throws {
    guard case .int(let value) = stored else { throw unreadable("an integer", stored) }
    self = value
  }
}

extension Int: Storable {
  package var stored: Value { .int(Int64(self)) }
  package init(stored: Value) throws { self = Int(try Int64(stored: stored)) }
}

extension Int32: Storable {
  package var stored: Value { .int(Int64(self)) }
  package init(stored: Value) throws {
    guard let value = Int32(exactly: try Int64(stored: stored)) else { throw unreadable("a small integer", stored) }
    self = value
  }
}

extension Bool: Storable {
  package var stored: Value { .int(self ? 1 : 0) }
  package init(stored: Value) throws { self = try Int64(stored: stored) != 0 }
}

extension Double: Storable {
  package var stored: Value { .double(self) }
  package init(stored: Value) throws {
    switch stored {
    case .double(let value): self = value
    case .int(let value): self = Double(value)
    default: throw unreadable("a number", stored)
    }
  }
}

extension String: Storable {
  package var stored: Value { .text(self) }
  package init(stored: Value) throws {
    guard case .text(let value) = stored else { throw unreadable("text", stored) }
    self = value
  }
}

extension Array: Bindable where Element == UInt8 {
  package var stored: Value { .blob(self) }
}

extension Array: Storable where Element == UInt8 {
  package init(stored: Value) throws {
    guard case .blob(let value) = stored else { throw unreadable("bytes", stored) }
    self = value
  }
}

extension Optional: Bindable where Wrapped: Bindable {
  package var stored: Value { self?.stored ?? .null }
}

extension Optional: Storable where Wrapped: Storable {
  package init(stored: Value) throws {
    self = stored == .null ? nil : try Wrapped(stored: stored)
  }
}

extension ID: Storable {
  package var stored: Value { .int(rawValue) }
  package init(stored: Value) throws { self.init(try Int64(stored: stored)) }
}

extension Day: Storable {
  package var stored: Value { .int(Int64(number)) }
  package init(stored: Value) throws { self.init(try Int32(stored: stored)) }
}

extension Instant: Storable {
  package var stored: Value { .int(microseconds) }
  package init(stored: Value) throws { self.init(microseconds: try Int64(stored: stored)) }
}

extension Currency: Storable {
  package var stored: Value { .text(code) }
  package init(stored: Value) throws { try self.init(String(stored: stored)) }
}

extension Bindable where Self: RawRepresentable, RawValue == String {
  package var stored: Value { .text(rawValue) }
}

extension Storable where Self: RawRepresentable, RawValue == String {
  package init(stored: Value) throws {
    let text = try String(stored: stored)
    guard let value = Self(rawValue: text) else { throw unreadable("a \(Self.self)", stored) }
    self = value
  }
}
