extension Migration {
  /// A company begins with some of the nine boxes, and leaves the others for later.
  static let startScope = Migration(35, "start scope", owner: "Conditions") { d in
    [
      """
      CREATE TABLE guide_postponement (
        step \(d.text) PRIMARY KEY, actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """
    ]
  }
}
