/// The children of a place in a `FieldTree` by their keys, ascending.
///
/// There are few, and they are made with every write: searching them in order costs less than hashing.
struct FieldChildren: Equatable, Sendable {
    fileprivate struct Child: Equatable, Sendable {
        var key: String
        var tree: FieldTree
    }

    private var sorted: [Child] = []

    var isEmpty: Bool { sorted.isEmpty }

    mutating func reserveCapacity(_ count: Int) { sorted.reserveCapacity(count) }

    /// The child of that key; setting `nil` removes it.
    subscript(key: String) -> FieldTree? {
        get {
            let place = place(of: key)
            return place < sorted.count && sorted[place].key == key ? sorted[place].tree : nil
        }
        set {
            let place = place(of: key)
            let isPresent = place < sorted.count && sorted[place].key == key
            switch (newValue, isPresent) {
            case (let tree?, true): sorted[place].tree = tree
            case (let tree?, false): sorted.insert(Child(key: key, tree: tree), at: place)
            case (nil, true): sorted.remove(at: place)
            case (nil, false): break
            }
        }
    }

    /// Where the first child is whose key does not come before `key`.
    private func place(of key: String) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension FieldChildren: Sequence {
    /// Goes through the children, keys ascending.
    struct Iterator: IteratorProtocol {
        private var rest: IndexingIterator<[Child]>

        fileprivate init(_ children: [Child]) { rest = children.makeIterator() }

        mutating func next() -> (key: String, tree: FieldTree)? { rest.next().map { ($0.key, $0.tree) } }
    }

    func makeIterator() -> Iterator { Iterator(sorted) }
}

extension FieldChildren: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, FieldTree)...) {
        for (key, tree) in elements { self[key] = tree }
    }
}
