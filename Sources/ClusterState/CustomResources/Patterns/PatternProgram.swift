/// A regular expression as a machine whose states are all followed at once, character by character.
struct PatternProgram: Sendable {
    private enum Instruction: Sendable {
        case one(ScalarSet)
        case assertion(PatternNode.Assertion)
        /// Goes on at both places.
        case split(Int, Int)
        case jump(Int)
        case match
    }

    private var instructions: [Instruction] = []

    init(_ tree: PatternNode) {
        emit(tree)
        instructions.append(.match)
    }

    private mutating func emit(_ node: PatternNode) {
        switch node {
        case .empty: break
        case .one(let set): instructions.append(.one(set))
        case .assertion(let assertion): instructions.append(.assertion(assertion))
        case .sequence(let parts): parts.forEach { emit($0) }
        case .choice(let parts): emit(choice: parts[...])
        case .repetition(let part, let minimum, let maximum):
            for _ in 0..<minimum { emit(part) }
            if let maximum {
                emitOptional(part, times: maximum - minimum)
            } else {
                let start = instructions.count
                instructions.append(.jump(0))
                emit(part)
                instructions.append(.jump(start))
                instructions[start] = .split(start + 1, instructions.count)
            }
        }
    }

    private mutating func emit(choice parts: ArraySlice<PatternNode>) {
        guard let first = parts.first else { return }
        guard parts.count > 1 else { return emit(first) }
        let start = instructions.count
        instructions.append(.jump(0))
        emit(first)
        let end = instructions.count
        instructions.append(.jump(0))
        instructions[start] = .split(start + 1, instructions.count)
        emit(choice: parts.dropFirst())
        instructions[end] = .jump(instructions.count)
    }

    private mutating func emitOptional(_ part: PatternNode, times: Int) {
        var starts: [Int] = []
        for _ in 0..<max(0, times) {
            starts.append(instructions.count)
            instructions.append(.jump(0))
            emit(part)
        }
        for start in starts { instructions[start] = .split(start + 1, instructions.count) }
    }

    /// Whether the expression matches somewhere.
    func matches(_ text: [Unicode.Scalar]) -> Bool {
        var states: [Int] = []
        for position in 0...text.count {
            var isSeen = [Bool](repeating: false, count: instructions.count)
            var open: [Int] = []
            for state in states + [0] { follow(state, text, position, &isSeen, &open) }
            var next: [Int] = []
            for state in open {
                switch instructions[state] {
                case .match: return true
                case .one(let set) where position < text.count && set.contains(text[position]): next.append(state + 1)
                case .one, .assertion, .split, .jump: break
                }
            }
            states = next
        }
        return false
    }

    /// Adds the states that are reached from `state` without taking a character.
    private func follow(
        _ state: Int, _ text: [Unicode.Scalar], _ position: Int, _ isSeen: inout [Bool], _ open: inout [Int]
    ) {
        var pending = [state]
        while let state = pending.popLast() {
            guard !isSeen[state] else { continue }
            isSeen[state] = true
            switch instructions[state] {
            case .one, .match: open.append(state)
            case .jump(let target): pending.append(target)
            case .split(let first, let second): pending += [second, first]
            case .assertion(let assertion):
                if Self.holds(assertion, text, position) { pending.append(state + 1) }
            }
        }
    }

    private static func holds(_ assertion: PatternNode.Assertion, _ text: [Unicode.Scalar], _ position: Int) -> Bool {
        func isWord(_ index: Int) -> Bool { text.indices.contains(index) && ScalarSet.words.contains(text[index]) }
        return switch assertion {
        case .textBegin: position == 0
        case .textEnd: position == text.count
        case .lineBegin: position == 0 || text[position - 1] == "\n"
        case .lineEnd: position == text.count || text[position] == "\n"
        case .wordBoundary: isWord(position - 1) != isWord(position)
        case .noWordBoundary: isWord(position - 1) == isWord(position)
        }
    }
}
