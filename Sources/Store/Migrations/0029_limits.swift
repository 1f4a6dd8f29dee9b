extension Migration {
  /// What a key was cut down to when it set up a webhook or a rule, which then go no further; NULL when a person did.
  static let limits = Migration(29, "limits", owner: "Conditions") { d in
    [
      "ALTER TABLE webhook ADD COLUMN limits \(d.text)",
      "ALTER TABLE rule ADD COLUMN limits \(d.text)",
    ]
  }
}
