-- Kế hoạch năm đạt đến đâu?
select period, name, coalesce(district_name, scope_kind) as scope, planned, result, difference, reached, legal_basis, confidence
from mart.target
where (getvariable('ky') is null or period = getvariable('ky'))
