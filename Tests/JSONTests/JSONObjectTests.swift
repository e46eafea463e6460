import JSON
import Testing

@Suite("JSON objects")
struct JSONObjectTests {
    @Test func `members keep the order in which they were added`() {
        var object: JSONObject = ["b": 1, "a": 2]
        object["c"] = 3
        object["b"] = 4
        #expect(object.keys == ["b", "a", "c"])
        #expect(object.map { "\($0.key)=\($0.value)" } == ["b=4", "a=2", "c=3"])
        #expect(object.sortedByKey.keys == ["a", "b", "c"])
        #expect(object.removeValue(forKey: "a") == 2)
        #expect(object.removeValue(forKey: "a") == nil)
        object["a"] = 5
        #expect(object.keys == ["b", "c", "a"])
        #expect(object.count == 3)
    }

    @Test func `a literal with a repeated name keeps the last value`() {
        let object: JSONObject = ["a": 1, "b": 2, "a": 3]
        #expect(object.description == #"{"a":3,"b":2}"#)
    }

    @Test func `names sort by their bytes`() {
        let object: JSONObject = ["é": 1, "z": 2, "a": 3, "": 4, "A": 5, "e\u{301}": 6, "😀": 7, "\u{FFFD}": 8]
        #expect(object.sortedByKey.keys == ["", "A", "a", "e\u{301}", "z", "é", "\u{FFFD}", "😀"])
    }

    @Test func `equality and hashes do not regard the order`() {
        let left: JSONObject = ["a": 1, "b": ["c": 2, "d": 3]]
        let right: JSONObject = ["b": ["d": 3, "c": 2], "a": 1]
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left != ["a": 1, "b": ["c": 2, "d": 4]])
        #expect(left != ["a": 1])
        #expect(left != ["a": 1, "x": ["c": 2, "d": 3]])
        #expect(JSONObject() == [:])
    }

    @Test func `a copy does not change with the original`() {
        var object: JSONValue = ["a": ["b": [1, 2]]]
        let copy = object
        object["a"]?["b"] = "changed"
        #expect(copy["a"]?["b"]?.arrayValue?.count == 2)
        #expect(object["a"]?["b"] == "changed")
    }

    @Test func `many random changes leave what a plain list of pairs would have`() {
        var random = SplitMix(state: 11)
        for _ in 0..<40 {
            var object = JSONObject()
            var model: [(key: String, value: Int)] = []
            for step in 0..<120 {
                let key = "k\(Int.random(in: 0..<40, using: &random))"
                let position = model.firstIndex { $0.key == key }
                if Int.random(in: 0..<4, using: &random) == 0 {
                    object[key] = nil
                    if let position { model.remove(at: position) }
                } else {
                    object[key] = .int(step)
                    if let position { model[position].value = step } else { model.append((key, step)) }
                }
                #expect(object.keys == model.map(\.key))
                #expect(object[key]?.intValue == model.first { $0.key == key }?.value)
            }
            for (key, value) in model { #expect(object[key]?.intValue == value) }
            object.removeAll { $0.key.hasSuffix("1") }
            model.removeAll { $0.key.hasSuffix("1") }
            #expect(object.keys == model.map(\.key))
            #expect(object.mapValues { _ in 7 }.values == model.map { _ in 7 })
        }
    }
}
