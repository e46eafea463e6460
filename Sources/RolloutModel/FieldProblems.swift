/// The rules that a manifest breaks, in the order in which they are looked at. The controller reports the first.
struct FieldProblems {
    private(set) var all: [FieldError] = []

    mutating func add(_ error: FieldError) {
        if !all.contains(error) { all.append(error) }
    }

    /// What was read; `nil` when it breaks a rule, which is noted.
    mutating func read<Value>(_ body: () throws(FieldError) -> Value) -> Value? {
        do {
            return try body()
        } catch {
            add(error)
            return nil
        }
    }

    /// What was read, or `fallback` when it breaks a rule, which is noted.
    mutating func read<Value>(or fallback: Value, _ body: () throws(FieldError) -> Value) -> Value {
        read(body) ?? fallback
    }

    /// Whether a broken rule is about a field or something in it. Rules that follow from it are then not looked at.
    func concern(_ path: String) -> Bool {
        all.contains { $0.path == path || $0.path.hasPrefix("\(path).") || $0.path.hasPrefix("\(path)[") }
    }
}
