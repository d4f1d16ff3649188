"""What a test says once its tube has spoken: the one place where a tube's result reaches its members.

The newest result of a tube of the same source counts, unless it was issued before the specimen was
taken: then the code has been used again. Source: docs/domain.md, 6; docs/feed.md, 5.
"""

_DAY_OF_SPECIMEN = "(n.record_day - 1)::timestamp AT TIME ZONE 'Asia/Shanghai'"

TESTS_WITH_TUBES = f"""
    SELECT n.source, n.record_id, n.record_day, n.tableoid,
        n.person_key, n.collected_at, n.tube_code <> '' AS pooled, n.laboratory, n.sampling_site,
        CASE WHEN n.tube_code = '' THEN n.issued_at ELSE t.issued_at END AS issued_at,
        CASE WHEN n.tube_code = '' THEN nullif(n.result, '') ELSE t.result END AS result
    FROM records_naat n
    LEFT JOIN LATERAL (
        SELECT tube.issued_at, tube.result FROM records_tube tube
        WHERE n.tube_code <> '' AND tube.source = n.source AND tube.tube_code = n.tube_code
            AND NOT tube.withdrawn AND tube.issued_at >= coalesce(n.collected_at, {_DAY_OF_SPECIMEN})
        ORDER BY tube.issued_at DESC, tube.record_id DESC
        LIMIT 1
    ) t ON TRUE
    WHERE NOT n.withdrawn AND coalesce(n.collected_at, n.issued_at, t.issued_at) IS NOT NULL
"""
"""Tests that are not withdrawn and have a time; result NULL while it is pending. Add conditions on n."""
