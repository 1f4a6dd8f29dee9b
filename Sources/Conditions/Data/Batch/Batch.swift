import Kernel

/// One act of a batch.
package struct BatchOperation: Sendable {
  package enum Act: String, Sendable, Codable, CaseIterable { case create, edit, delete }

  package let act: Act
  package let noun: String
  package let id: Int64?
  package let version: Int64?
  package let fields: [String: String]

  package init(act: Act, noun: String, id: Int64? = nil, version: Int64? = nil, fields: [String: String] = [:]) {
    self.act = act
    self.noun = noun
    self.id = id
    self.version = version
    self.fields = fields
  }
}

/// What one act of a batch came to.
package struct BatchResult: Sendable, Codable, Equatable {
  package let act: BatchOperation.Act
  package let noun: String
  package let id: Int64
  package let version: Int64?

  package init(act: BatchOperation.Act, noun: String, id: Int64, version: Int64?) {
    self.act = act
    self.noun = noun
    self.id = id
    self.version = version
  }
}

/// What a batch came to, act by act.
package struct BatchAnswer: Sendable, Codable, Equatable {
  package let rows: [BatchResult]
}
