import ELBModel
import LoadBalancerState
import Testing

@testable import Sandbox

@Suite("Load balancers in a journal's records")
struct KeptResourceRecordTests {
    @Test func `a record gives back what was written`() throws {
        let listener = KeptResource(
            identity: .init(kind: .listener, name: "arn:1"),
            content: [
                WireField("text", .text("a \"quoted\"\n\u{1} ü")),
                WireField("list", .list([.text(""), .structure([WireField("x", .text("1"))]), .list([])])),
            ])
        let gone = KeptResource(identity: .init(kind: .tags, name: "arn:2"), content: nil)
        let bytes = KeptResourceRecord.bytes(of: [listener, gone])
        #expect(try KeptResourceRecord.resources(of: bytes) == [listener, gone])
    }

    @Test(
        "what is no record is refused",
        arguments: ["{}", "[1]", #"[["listener","a"]]"#, #"[["other","a",{}]]"#, #"[["listener","a",5]]"#, "[["])
    func refused(text: String) {
        #expect(throws: (any Error).self) { try KeptResourceRecord.resources(of: Array(text.utf8)) }
    }
}
