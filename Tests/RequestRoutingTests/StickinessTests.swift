import ELBModel
import RequestRouting
import Testing

@Suite("Clients that stay") struct StickinessTests {
    /// The cookie header a browser would send back after a decision.
    static func cookie(_ decision: ForwardDecision?, named name: String) -> HeaderField? {
        for field in decision?.responseHeaders ?? [] where field.value.hasPrefix("\(name)=") {
            return HeaderField("Cookie", "theme=dark; \(field.value.prefix { $0 != ";" })")
        }
        return nil
    }

    @Test func `both cookies are set with a lifetime of seven days`() throws {
        var router = makeRouter()
        let decision = try #require(router.send(configuration(weights(50, 50, sticky: 60)))?.forwarded)
        let values = decision.responseHeaders.map(\.value)
        #expect(decision.responseHeaders.allSatisfy { $0.name == "Set-Cookie" })
        #expect(values.count == 2)
        #expect(values[0].hasPrefix("AWSALBTG="))
        #expect(values[0].hasSuffix("; Expires=Thu, 08 Jan 2026 00:00:00 GMT; Path=/"))
        #expect(values[1].hasPrefix("AWSALBTGCORS="))
        #expect(values[1].hasSuffix("; Expires=Thu, 08 Jan 2026 00:00:00 GMT; Path=/; SameSite=None; Secure"))
        #expect(!values[0].contains("targetgroup"))
    }

    @Test("a client keeps its group while the duration lasts", arguments: [Int64(0), 59])
    func keeps(elapsed: Int64) throws {
        var router = makeRouter()
        let view = configuration(weights(50, 50, sticky: 60))
        for _ in 0..<20 {
            let first = router.send(view)?.forwarded
            let back = try #require(Self.cookie(first, named: "AWSALBTG"))
            for _ in 0..<5 {
                #expect(
                    router.send(get("/", [back]), view, after: elapsed)?.forwarded?.targetGroup == first?.targetGroup)
            }
        }
    }

    static func groupsSeen(_ view: DataPlaneConfiguration, cookie: HeaderField, after seconds: Int64 = 0) -> Set<
        TargetGroupARN
    > {
        var router = makeRouter(seed: 77)
        return Set(
            (0..<200).compactMap { _ in router.send(get("/", [cookie]), view, after: seconds)?.forwarded?.targetGroup })
    }

    @Test func `an expired cookie is ignored, also when it was renewed in between`() throws {
        var router = makeRouter()
        let view = configuration(weights(50, 50, sticky: 60))
        let first = try #require(Self.cookie(router.send(view)?.forwarded, named: "AWSALBTG"))
        let renewed = try #require(
            Self.cookie(router.send(get("/", [first]), view, after: 50)?.forwarded, named: "AWSALBTG"))
        #expect(Self.groupsSeen(view, cookie: renewed, after: 59).count == 1)
        #expect(Self.groupsSeen(view, cookie: renewed, after: 60).count == 2)
    }

    @Test func `an altered cookie, or one of another load balancer, is ignored`() throws {
        var router = makeRouter()
        var stranger = makeRouter(key: 10)
        let view = configuration(weights(50, 50, sticky: 60))
        let good = try #require(Self.cookie(router.send(view)?.forwarded, named: "AWSALBTG"))
        let last = good.value.last == "0" ? "1" : "0"
        let altered = HeaderField("Cookie", good.value.dropLast() + last)
        let foreign = try #require(Self.cookie(stranger.send(view)?.forwarded, named: "AWSALBTG"))
        #expect(Self.groupsSeen(view, cookie: good).count == 1)
        #expect(Self.groupsSeen(view, cookie: altered).count == 2)
        #expect(Self.groupsSeen(view, cookie: foreign).count == 2)
    }

    @Test func `the group of the cookie keeps its clients at weight zero unless chosen otherwise`() throws {
        var router = makeRouter()
        let back = try #require(
            Self.cookie(router.send(configuration(weights(0, 1, sticky: 60)))?.forwarded, named: "AWSALBTG"))
        var view = configuration(weights(100, 0, sticky: 60))
        #expect(Self.groupsSeen(view, cookie: back) == [groupB])
        view.settings.choices.stickinessOutlivesWeight = false
        #expect(Self.groupsSeen(view, cookie: back) == [groupA])
    }

    @Test func `a group that left the rule loses its clients`() throws {
        var router = makeRouter()
        let back = try #require(
            Self.cookie(router.send(configuration(weights(0, 1, sticky: 60)))?.forwarded, named: "AWSALBTG"))
        let alone = Action.forward(
            ForwardAction(
                targetGroups: [.init(arn: groupA, weight: 1)], stickiness: .init(isEnabled: true, durationSeconds: 60)))
        #expect(Self.groupsSeen(configuration(alone), cookie: back) == [groupA])
    }

    @Test func `without stickiness no cookie is set or read`() throws {
        var router = makeRouter()
        let back = try #require(
            Self.cookie(router.send(configuration(weights(1, 1, sticky: 60)))?.forwarded, named: "AWSALBTG"))
        #expect(router.send(configuration(weights(1, 1)))?.forwarded?.responseHeaders.isEmpty == true)
        #expect(Self.groupsSeen(configuration(weights(1, 1)), cookie: back).count == 2)
    }

    @Test func `a client keeps its target until that drains`() throws {
        var router = makeRouter()
        let sticky = group(groupA, 1...3, stickiness: .balancerCookie(durationSeconds: 100))
        var view = configuration(only(groupA), groups: [sticky])
        let first = router.send(view)?.forwarded
        let back = try #require(Self.cookie(first, named: "AWSALBCORS"))
        let targets = Set((0..<5).map { _ in router.send(get("/", [back]), view)?.forwarded?.target })
        #expect(targets == [first?.target])
        view.targetGroups[groupA]?.targets[0].state = .draining
        #expect(first?.target.host == "10.0.0.1")
        #expect(router.send(get("/", [back]), view)?.forwarded?.target.host != "10.0.0.1")
    }
}
