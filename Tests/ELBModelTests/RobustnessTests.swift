import ELBModel
import Testing

@Suite("Input that nobody meant to send") struct RobustnessTests {
    /// A linear congruential sequence: the same bytes in every run.
    struct Bytes {
        var state: UInt64
        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
    }

    static let body =
        "Action=ModifyRule&Version=2015-12-01&RuleArn=arn%3Aaws&Actions.member.1.Type=forward"
        + "&Actions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn=a"
        + "&Actions.member.1.ForwardConfig.TargetGroups.member.1.Weight=90"
        + "&Conditions.member.1.Field=path-pattern&Conditions.member.1.Values.member.1=%2F"

    static let answer = ELBResponse.rules([AnswerCodecTests.rule], nextMarker: "m").xml(
        for: "ModifyRule", requestID: "r")

    static func mutate(_ text: String, _ bytes: inout Bytes) -> [UInt8] {
        var result = Array(text.utf8)
        for _ in 0...bytes.next(4) {
            let place = bytes.next(result.count)
            switch bytes.next(4) {
            case 0: result[place] = UInt8(bytes.next(256))
            case 1: result.remove(at: place)
            case 2: result.insert(contentsOf: Array("<>&;.=%\"'/![".utf8).shuffledOnce(&bytes), at: place)
            default: result.removeSubrange(place..<min(place + bytes.next(20), result.count))
            }
            if result.isEmpty { return result }
        }
        return result
    }

    @Test func `damaged requests are read or refused, and what is read can be written again`() throws {
        var bytes = Bytes(state: 1)
        var refused = 0
        for _ in 0..<4000 {
            let text = String(decoding: Self.mutate(Self.body, &bytes), as: UTF8.self)
            guard let request = try? ELBRequest(formBody: text) else {
                refused += 1
                continue
            }
            #expect(try ELBRequest(formBody: request.formBody) == request)
        }
        #expect((500...3900).contains(refused))
    }

    @Test func `damaged answers are read or refused`() {
        var bytes = Bytes(state: 2)
        var refused = 0
        for _ in 0..<4000 {
            do {
                _ = try ELBResponse(xml: Self.mutate(Self.answer, &bytes), for: "ModifyRule")
            } catch {
                #expect(error.code == .malformedResponse || !error.message.isEmpty)
                refused += 1
            }
        }
        #expect((500...3900).contains(refused))
    }

    @Test(
        "addresses are read strictly",
        arguments: [
            ("10.0.0.1", "10.0.0.1"), ("::ffff:10.0.0.1", "10.0.0.1"), ("::", "0:0:0:0:0:0:0:0"),
            ("2001:DB8::1", "2001:db8:0:0:0:0:0:1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("10.0.0", nil),
            ("10.0.0.256", nil), ("010.0.0.1", nil), ("1.2.3.4 ", nil), ("1::2::3", nil), ("1:2:3:4:5:6:7:8:9", nil),
            (":::", nil), ("12345::", nil), ("+1::", nil), ("", nil), ("fe80::1%eth0", nil),
        ])
    func addresses(text: String, description: String?) {
        #expect(IPAddress(text)?.description == description)
    }

    @Test(
        "blocks contain what their prefix says",
        arguments: [
            ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false), ("0.0.0.0/0", "1.2.3.4", true),
            ("10.0.0.1/32", "10.0.0.1", true), ("10.0.0.1/32", "10.0.0.2", false), ("::/0", "10.0.0.1", false),
            ("2001:db8::/32", "2001:db8:ffff::", true), ("2001:db8::/32", "2001:db9::", false),
            ("2001:db8::1/128", "2001:db8::1", true), ("2001:db8::1/65", "2001:db8::8000:0:0:0", false),
        ])
    func blocks(block: String, address: String, isInside: Bool) throws {
        #expect(try #require(CIDRBlock(block)).contains(#require(IPAddress(address))) == isInside)
    }

    @Test(
        "malformed blocks are not read", arguments: ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "::/129", "/8", "a/8"])
    func malformed(block: String) { #expect(CIDRBlock(block) == nil) }
}

extension [UInt8] {
    /// A piece of these bytes.
    fileprivate func shuffledOnce(_ bytes: inout RobustnessTests.Bytes) -> [UInt8] {
        let first = bytes.next(count)
        return Array(self[first..<Swift.min(first + 3, count)])
    }
}
