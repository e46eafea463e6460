import JSON
import Testing

@Suite("JSON values")
struct JSONValueTests {
    @Test func `literals make every kind of value`() {
        let value: JSONValue = ["a": nil, "b": true, "c": 1, "d": 1.5, "e": "s", "f": [1, "x"], "g": ["h": []]]
        #expect(value.text == #"{"a":null,"b":true,"c":1,"d":1.5,"e":"s","f":[1,"x"],"g":{"h":[]}}"#)
        #expect(JSONValue.object(["a": 1]) == ["a": 1])
        #expect(JSONValue.strings(["b": "2", "a": "1"]).text == #"{"a":"1","b":"2"}"#)
    }

    @Test func `accessors answer only for their own kind`() {
        let value: JSONValue = ["n": 3, "s": "x", "b": false, "l": [1, 2], "o": [:], "z": nil, "f": 2.5]
        #expect(value["n"]?.intValue == 3)
        #expect(value["n"]?.doubleValue == 3)
        #expect(value["f"]?.intValue == nil)
        #expect(value["f"]?.doubleValue == 2.5)
        #expect(value["s"]?.stringValue == "x")
        #expect(value["s"]?.intValue == nil)
        #expect(value["b"]?.boolValue == false)
        #expect(value["l"]?.arrayValue?.count == 2)
        #expect(value["l"]?[1] == 2)
        #expect(value["l"]?[2] == nil)
        #expect(value["l"]?[-1] == nil)
        #expect(value["o"]?.objectValue?.isEmpty == true)
        #expect(value["z"] != nil)
        #expect(value["z"]?.isNull == true)
        #expect(value["missing"] == nil)
        #expect(value["s"]?["x"] == nil)
    }

    @Test func `nested members are set, made and removed in place`() {
        var value: JSONValue = ["spec": ["replicas": 1]]
        value["spec"]?["replicas"] = 5
        value["missing"]?["x"] = 1
        #expect(value.text == #"{"spec":{"replicas":5}}"#)
        value["status"] = ["phase": "Healthy"]
        value["spec"]?["replicas"] = nil
        #expect(value.text == #"{"spec":{},"status":{"phase":"Healthy"}}"#)
        value.set("w", at: "metadata", "labels", "app")
        #expect(value.at("metadata", "labels", "app") == "w")
        value.set(nil, at: "metadata", "labels", "app")
        value.set(nil, at: "not", "there")
        #expect(value.at("metadata", "labels") == [:])
        #expect(value["not"] == nil)
        value.set(1, at: "status", "phase", "deeper")
        #expect(value["status"]?.text == #"{"phase":{"deeper":1}}"#)
    }

    @Test func `a value that is no object becomes one only when something is set`() {
        var value: JSONValue = "text"
        value["a"] = nil
        #expect(value == "text")
        value["a"] = 1
        #expect(value == ["a": 1])
    }

    @Test func `the nil literal is JSON null for values and absence for members`() {
        let null: JSONValue = nil
        let absent: JSONValue? = nil
        #expect(null.isNull)
        #expect(absent == nil)
        let object: JSONValue = ["a": nil]
        #expect(object["a"] != nil)
        #expect(object["b"] == nil)
    }

    @Test func `a conditional nil removes when its other branch is a member of the type or an optional`() {
        let list: [JSONValue] = [1]
        let value: JSONValue = 1
        var object: JSONValue = ["a": 1, "b": 2, "c": 3]
        let isEmpty = list.count == 1
        object["a"] = isEmpty ? nil : .array(list)
        object.set(isEmpty ? nil : .array(list), at: "b")
        object["c"] = isEmpty ? JSONValue?.none : value
        #expect(object == [:])
    }

    @Test func `equality regards neither member order nor the spelling of numbers`() throws {
        let left = try JSONValue(parsing: #"{"a":1,"b":[1.0,-0,1e2]}"#)
        let right = try JSONValue(parsing: #"{"b":[1,0,100.00],"a":1.0}"#)
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left.text != right.text)
        #expect(left.canonicalText == right.canonicalText)
    }

    @Test func `canonically equivalent strings are different strings and different names`() {
        let composed = "\u{E9}"
        let decomposed = "e\u{301}"
        #expect(JSONValue.string(composed) != .string(decomposed))
        let value: JSONValue = [composed: 1, decomposed: 2]
        #expect(value.objectValue?.count == 2)
        #expect(value[composed] == 1)
        #expect(value[decomposed] == 2)
        // Both are three bytes long, so that only the bytes themselves tell them apart.
        #expect(JSONValue.string("\u{212B}") != .string("A\u{30A}"))
    }
}
