import Kernel

/// A system that facts come from, under the name its feed is known by.
package struct Source: Sendable, Equatable {
  package let id: ID<Source>
  package let name: String
}
